"""Published OData web services: pages by their numbers, and item availability."""

import uuid

import pytest

from saumaton.financials.web_services import availability

from . import world
from .test_api import Program

pytestmark = pytest.mark.django_db
ROOT = "/ODataV4/Company('Contoso')/"


@pytest.fixture
def odata():
    world.company()
    return Program("order processor", "accountant")


def test_what_is_not_published_does_not_exist(odata):
    world.customer()
    world.publish("Item")
    assert odata("GET", "/ODataV4", status=200)["value"]
    odata("GET", ROOT + "Customer", status=404)
    world.publish("Customer")
    assert odata("GET", ROOT + "Customer", status=200)["value"][0]["No"] == "C1"
    odata("GET", "/ODataV4/Customer?company=Contoso", status=200)
    odata("GET", "/ODataV4/Company('Nobody')/Customer", status=404)


def test_records_are_named_by_their_numbers(odata):
    made = odata("POST", ROOT + "Customer", {"Name": "O'Hara", "Blocked": "Ship"}, status=201)
    assert made["Blocked"] == "Ship"
    assert odata.last["Location"].endswith("/Customer('C00010')")
    changed = odata(
        "PATCH",
        ROOT + "Customer('C00010')",
        {"City": "Oulu", "Blocked": " "},
        status=200,
        **{"If-Match": made["@odata.etag"]},
    )
    assert (changed["City"], changed["Blocked"]) == ("Oulu", " ")
    odata("DELETE", ROOT + "Customer('C00010')", status=204)


def test_an_order_is_entered_and_posted_by_its_key(odata):
    world.customer()
    world.item(stock=5)
    order = odata("POST", ROOT + "SalesOrder", {"Sell_to_Customer_No": "C1"}, status=201)
    key = f"SalesOrder(Document_Type='Order',No='{order['No']}')"
    line = odata(
        "POST",
        ROOT + key + "/SalesOrderSalesLines",
        {"Type": "Item", "No": "I1", "Quantity": 2},
        status=201,
    )
    assert (line["Unit_Price"], line["Line_No"]) == (100, 10000)
    lines = odata("GET", ROOT + key + "/SalesOrderSalesLines", status=200)["value"]
    assert [row["No"] for row in lines] == ["I1"]
    odata("POST", ROOT + key + "/NAV.shipAndInvoice", status=204)
    invoice = odata("GET", ROOT + "PostedSalesInvoices", status=200)["value"][0]
    assert (invoice["Remaining_Amount"], invoice["Order_No"]) == (250, order["No"])
    entry = odata("GET", ROOT + "CustomerLedgerEntries?$filter=Open eq true")["value"][0]
    assert entry["Document_Type"] == "Invoice"
    moved = odata("GET", ROOT + "ItemLedgerEntries?$filter=Item_No eq 'I1' and Quantity lt 0")
    assert moved["value"][0]["Quantity"] == -2


def test_availability_is_told_by_crm_product(odata):
    item, product = world.item(stock=7), uuid.uuid4()
    availability.hang(lambda ids: {product: item.pk} if ids is None or product in ids else {})
    address = ROOT + f"ProductItemAvailability?$filter=CRM_ID eq {product}"
    odata("GET", address, status=404)
    availability.publish()
    rows = odata("GET", address, status=200)["value"]
    assert rows == [
        {
            "CRM_ID": str(product),
            "Integration_ID": str(item.pk),
            "Table_ID": 27,
            "ItemNo": "I1",
            "UOM": "PCS",
            "Inventory": 7,
        }
    ]
    other = address.replace(str(product), str(uuid.uuid4()))
    assert odata("GET", other, status=200)["value"] == []
    odata("GET", ROOT + "ProductItemAvailability?$filter=ItemNo eq 'I1'", status=400)
    availability.publish(False)
    odata("GET", address, status=404)


def test_every_service_is_described_and_listed(odata):
    world.item(stock=1)
    names = [row["name"] for row in odata("GET", "/ODataV4", status=200)["value"]]
    assert "SalesOrder" in names
    assert odata("GET", "/ODataV4/$metadata", status=200).content.startswith(b"<?xml")
    for name in names[1:]:
        odata("GET", ROOT + name, status=200)
