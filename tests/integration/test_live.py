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


def enter(live: Live, entity_set: str, **values: object) -> str:
    """Create a row in the CRM and return its id."""
    answer = live.crm.post(entity_set, json=values)
    assert answer.status_code == 204, answer.text
    return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")


def submitted_order(live: Live, freight: float = 12.5, **values: object) -> str:
    """Enter an order of two lines in the CRM, priced as a seller's, and submit it."""
    [level] = live.rows("pricelevels?$filter=contains(name,'Default')&$select=pricelevelid")
    account = live.rows("accounts?$top=1&$orderby=name&$select=accountid")[0]["accountid"]
    products = live.rows(
        "products?$top=2&$orderby=productnumber&$select=productid,_defaultuomid_value"
    )
    order = enter(
        live,
        "salesorders",
        **{
            "name": "Chairs",
            "customerid_account@odata.bind": f"/accounts({account})",
            "pricelevelid@odata.bind": f"/pricelevels({level['pricelevelid']})",
            "freightamount": freight,
            **values,
        },
    )
    items = 0.0
    for product in products:
        items += 3 * 19.99 - 1.5
        enter(
            live,
            "salesorderdetails",
            **{
                "salesorderid@odata.bind": f"/salesorders({order})",
                "productid@odata.bind": f"/products({product['productid']})",
                "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
                "quantity": 3,
                "ispriceoverridden": True,
                "priceperunit": 19.99,
                "manualdiscountamount": 1.5,
            },
        )
    # As an integration user signs in here, the CRM works no totals out: they are written.
    change(
        live,
        f"salesorders({order})",
        totallineitemamount=round(items, 2),
        totalamountlessfreight=round(items, 2),
        totaltax=0,
        totalamount=round(items + freight, 2),
    )
    change(live, f"salesorders({order})", statecode=1, statuscode=3)
    return order


def change(live: Live, path: str, **values: object) -> None:
    answer = live.crm.patch(path, json=values, headers={"If-Match": "*"})
    assert answer.status_code == 204, answer.text


def test_an_order_becomes_a_sales_order_once_and_its_invoice_goes_back(live: Live) -> None:
    order = submitted_order(live)
    first = live.post("orders/conversion")["id"]
    second = live.post("orders/conversion", {"orders": [order]})["id"]
    assert live.ended(first)["state"] == live.ended(second)["state"] == "finished"

    [taken] = live.get(f"orders?crm_id={order}")
    assert taken["state"] == "created", taken
    assert taken["erp_total"] == taken["crm_total"] == "129.44"
    told = live.crm.get(f"salesorders({order})?$select=lastbackofficesubmit").json()
    assert told["lastbackofficesubmit"]

    company = live.api.get("companies").json()["value"][0]["id"]
    posted = live.api.post(
        f"companies({company})/salesOrders({taken['erp_id']})/Microsoft.NAV.shipAndInvoice"
    )
    assert posted.status_code == 204, posted.text
    assert live.ended(live.post("invoices/synchronization")["id"])["state"] == "finished"

    [invoice] = live.rows(
        f"invoices?$filter=_salesorderid_value eq {order}&$select=totalamountlessfreight"
    )
    assert invoice["totalamountlessfreight"] == 129.44
    closed = live.crm.get(f"salesorders({order})?$select=statecode,statuscode").json()
    assert (closed["statecode"], closed["statuscode"]) == (4, 100003)


def test_an_edit_on_either_side_reaches_the_other(live: Live) -> None:
    [account] = live.rows("accounts?$top=1&$orderby=name&$select=accountid,name")
    change(live, f"accounts({account['accountid']})", telephone1="+358 9 123")
    run = live.ended(live.post("mappings/CUSTOMER/synchronization")["id"])
    assert (run["writes_erp"], run["writes_crm"]) == (1, 0)


def test_what_was_planned_is_applied_and_can_be_undone(live: Live) -> None:
    [account] = live.rows("accounts?$top=1&$orderby=name desc&$select=accountid,telephone1")
    path = f"accounts({account['accountid']})"
    change(live, path, telephone1="+358 9 777")

    plan = live.ended(live.post("full-synchronization", {"plan": True})["id"])
    assert plan["state"] == "ready"
    assert (plan["writes_erp"], plan["writes_crm"]) == (0, 0)
    [customer] = [line for line in plan["mappings"] if line["name"] == "CUSTOMER"]
    assert customer["total"] == 1

    live.post(f"runs/{plan['id']}/start")
    run = live.ended(plan["id"])
    # beside the telephone number, the stock that the posted order left behind
    assert (run["state"], run["writes_erp"], run["writes_crm"]) == ("finished", 1, 2)

    undone = live.ended(live.post(f"runs/{plan['id']}/undo")["id"])
    assert (undone["state"], undone["writes_erp"], undone["writes_crm"]) == ("finished", 1, 2)
    again = live.ended(live.post("mappings/CUSTOMER/synchronization")["id"])
    assert (again["writes_erp"], again["writes_crm"]) == (0, 0)


def test_a_bad_order_is_refused_with_its_reasons(live: Live) -> None:
    order = submitted_order(live)
    change(live, f"salesorders({order})", totalamount=99999)
    live.ended(live.post("orders/conversion", {"orders": [order]})["id"])
    [refused] = live.get(f"orders?crm_id={order}")
    assert refused["state"] == "refused"
    assert "99999" in refused["reasons"][0]
