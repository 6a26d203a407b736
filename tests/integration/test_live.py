"""Lead to cash over HTTP: a live CRM, live Financials, and a worker that is killed on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .live import Live, until

pytestmark = pytest.mark.server

COUPLED = {"CUSTOMER": 40, "SALESPEOPLE": 6, "ITEM-PRODUCT": 60, "RESOURCE-PRODUCT": 5}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home: Path = tmp_path_factory.mktemp("live")
    live = Live(home)
    try:
        yield live
    finally:
        live.stop()


def test_a_worker_killed_in_the_middle_goes_on_without_a_duplicate_or_a_gap(live: Live) -> None:
    live.connect()
    worker = live.worker()
    id = live.post("full-synchronization")["id"]
    until(lambda: done(live, id) > 60)
    worker.kill()
    before = done(live, id)
    live.worker()
    run = live.ended(id)

    assert run["state"] == "finished", run
    assert before < done(live, id)
    for name, count in COUPLED.items():
        assert live.get(f"couplings?mapping={name}")["count"] == count, name
    assert len(live.rows("accounts?$select=name")) == 40
    assert len(live.rows("products?$select=name")) == 65
    contacts = live.rows("contacts?$select=_parentcustomerid_value")
    assert len(contacts) == live.get("couplings?mapping=CONTACT")["count"]
    assert all(contact["_parentcustomerid_value"] for contact in contacts)
    with_contact = live.rows("accounts?$filter=_primarycontactid_value ne null&$select=name")
    assert len(with_contact) > 0


def done(live: Live, id: str) -> int:
    return sum(line["done"] for line in live.get(f"runs/{id}")["mappings"])


def test_a_second_full_synchronisation_writes_nothing(live: Live) -> None:
    run = live.ended(live.post("full-synchronization")["id"])
    assert run["state"] == "finished"
    assert (run["writes_erp"], run["writes_crm"]) == (0, 0)


def submitted_order(live: Live, freight: str = "12.50") -> str:
    """Enter an order of two lines in the CRM and submit it; return its id."""
    price = live.rows("pricelevels?$filter=contains(name,'Default')&$select=pricelevelid")[0][
        "pricelevelid"
    ]
    account = live.rows("accounts?$top=1&$select=accountid")[0]["accountid"]
    products = live.rows(
        "products?$top=2&$orderby=productnumber&$select=productid,_defaultuomid_value"
    )
    order = create(
        live,
        "salesorders",
        {
            "name": "Chairs",
            "customerid_account@odata.bind": f"/accounts({account})",
            "pricelevelid@odata.bind": f"/pricelevels({price})",
            "freightamount": float(freight),
            "discountpercentage": 5,
        },
    )
    for product in products:
        create(
            live,
            "salesorderdetails",
            {
                "salesorderid@odata.bind": f"/salesorders({order})",
                "productid@odata.bind": f"/products({product['productid']})",
                "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
                "quantity": 3,
                "ispriceoverridden": True,
                "priceperunit": 19.99,
                "manualdiscountamount": 1.5,
            },
        )
    return order


def create(live: Live, entity_set: str, values: dict[str, object]) -> str:
    answer = live.crm.post(entity_set, json=values, headers={"Prefer": "return=representation"})
    assert answer.status_code == 201, answer.text
    key = next(name for name in answer.json() if name == entity_set.removesuffix("s") + "id")
    return str(answer.json()[key])
