"""API v2.0 over HTTP, as a program that does lead to cash uses it."""

import base64
import json

import pytest
from django.test import Client

from saumaton.financials import documents
from saumaton.financials.models import CompanyInformation, Customer, SalesHeader
from saumaton.users.keys import make_key
from saumaton.users.models import User
from saumaton.users.permissions import assign

from . import world

pytestmark = pytest.mark.django_db


class Program:
    """A client program with a user's name and key."""

    def __init__(self, *permission_sets):
        self.user = User.objects.create_user(f"program {'-'.join(permission_sets)}")
        assign(self.user, *permission_sets)
        credentials = f"{self.user.username}:{make_key(self.user)}"
        self.authorization = "Basic " + base64.b64encode(credentials.encode()).decode()
        company = CompanyInformation.objects.get()
        self.base = f"/api/v2.0/companies({company.pk})/"
        self.last = None

    def __call__(self, method, path, body=None, status=None, **headers):
        path = path if path.startswith("/") else self.base + path
        response = Client().generic(
            method,
            path,
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": self.authorization, **headers},
        )
        self.last = response
        if status is not None:
            assert response.status_code == status, response.content
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return json.loads(response.content) if is_json and response.content else response

    def error(self, *arguments, status=400, **headers):
        return self(*arguments, status=status, **headers)["error"]["code"]


@pytest.fixture
def api():
    world.company()
    return Program("order processor", "accountant")


def test_signing_in_needs_a_key(api):
    wrong = Client().get("/api/v2.0/companies", headers={"Authorization": "Basic eDp5"})
    assert wrong.status_code == 401
    assert wrong.json()["error"]["code"] == "Authentication_InvalidCredentials"
    assert wrong["WWW-Authenticate"].startswith("Basic")
    companies = api("GET", "/api/v2.0/companies?$filter=name eq 'Contoso'", status=200)
    assert companies["value"][0]["name"] == "Contoso"


def test_customers_are_created_read_changed_and_deleted(api):
    made = api(
        "POST",
        "customers",
        {"displayName": "Fabrikam Oy", "country": "fi", "creditLimit": 1000.5, "blocked": " "},
        status=201,
    )
    assert api.last["Location"].endswith(f"customers({made['id']})")
    assert (made["number"], made["country"], made["creditLimit"]) == ("C00010", "FI", 1000.5)
    assert made["currencyCode"] == "DKK"
    assert Customer.objects.get().vat_business_posting_group.code == "EXPORT"
    address = f"customers({made['id']})"
    assert api.error("PATCH", address, {"city": "Oulu"}) == "BadRequest_InvalidToken"
    tag = made["@odata.etag"]
    changed = api("PATCH", address, {"city": "Oulu"}, status=200, **{"If-Match": tag})
    assert changed["city"] == "Oulu"
    assert changed["lastModifiedDateTime"] >= made["lastModifiedDateTime"]
    assert (
        api.error("PATCH", address, {"city": "Turku"}, status=409, **{"If-Match": tag})
        == "Request_EntityChanged"
    )
    assert api("GET", address)["city"] == "Oulu"
    api("DELETE", address, status=204)
    assert api.error("GET", address, status=404) == "BadRequest_ResourceNotFound"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "Application_DialogException"),
        ({"displayName": "x" * 101}, "Application_StringExceededLength"),
        ({"displayName": "A", "nope": 1}, "BadRequest"),
        ({"displayName": 5}, "BadRequest"),
        ({"displayName": "A", "blocked": "Sometimes"}, "Unknown"),
        ({"displayName": "A", "creditLimit": "12"}, "BadRequest"),
        ({"displayName": "A", "creditLimit": -1}, "Application_DialogException"),
        ({"displayName": "A", "currencyId": "no"}, "Application_InvalidGUID"),
        ({"displayName": "A", "salespersonCode": "NO"}, "Application_DialogException"),
        ({"displayName": "A", "balanceDue": "x"}, "BadRequest"),
    ],
)
def test_wrong_values_are_named_and_change_nothing(api, body, code):
    assert api.error("POST", "customers", body) == code
    assert not Customer.objects.exists()


def test_lists_are_filtered_ordered_selected_and_paged(api):
    for number in range(7):
        world.customer(f"C{number}", name=f"Customer {number % 3}", credit_limit=number)
    found = api("GET", "customers?$filter=creditLimit gt 2 and displayName eq 'Customer 1'")
    assert [row["number"] for row in found["value"]] == ["C4"]
    found = api("GET", "customers?$filter=number in ('c1','c2')&$select=number,city")
    assert found["value"][0].keys() == {"@odata.etag", "number", "city"}
    assert len(found["value"]) == 2
    first = api(
        "GET", "customers?$orderby=displayName desc&$count=true", Prefer="odata.maxpagesize=3"
    )
    assert first["@odata.count"] == 7
    numbers, page = [], first
    while True:
        numbers += [row["number"] for row in page["value"]]
        if "@odata.nextLink" not in page:
            break
        page = api(
            "GET",
            page["@odata.nextLink"].replace("http://testserver", ""),
            Prefer="odata.maxpagesize=3",
        )
    assert numbers == ["C2", "C5", "C1", "C4", "C0", "C3", "C6"]
    assert len(api("GET", "customers?$top=2&$skip=6")["value"]) == 1
    assert api("GET", "customers/$count").content == b"7"
    assert api("GET", "customers?$filter=contains(tolower(displayName),'R 2')")["value"] == []
    assert len(api("GET", "customers?$filter=contains(tolower(displayName),'r 2')")["value"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        "$filter=nope eq 1",
        "$filter=number eq",
        "$filter=balanceDue gt 1",
        "$orderby=nope",
        "$top=-1",
        "$top=x",
        "$apply=x",
        "$select=nope",
        "$expand=nope",
        "$filter=geo(number) eq 1",
        "$filter=" + "(" * 500 + "1 eq 1" + ")" * 500,
    ],
)
def test_a_bad_query_is_a_400(api, query):
    api("GET", f"customers?{query}", status=400)


def test_lead_to_cash(api):
    buyer, item = world.customer(), world.item(price="100", stock=10)
    order = api(
        "POST",
        "salesOrders",
        {
            "customerNumber": "C1",
            "externalDocumentNumber": "web-7",
            "salesOrderLines": [
                {"itemId": str(item.pk), "quantity": 2, "discountPercent": 10},
                {"lineType": "Item", "lineObjectNumber": "I1", "quantity": 0.5, "unitPrice": 80},
                {"description": "Handle with care"},
            ],
        },
        status=201,
    )
    assert order["externalDocumentNumber"] == "web-7"
    assert (order["status"], order["totalAmountExcludingTax"]) == ("Draft", 220)
    assert order["totalAmountIncludingTax"] == 275
    lines = order["salesOrderLines"]
    assert [line["sequence"] for line in lines] == [10000, 20000, 30000]
    assert [line["lineType"] for line in lines] == ["Item", "Item", "Comment"]
    line = lines[0]
    changed = api(
        "PATCH",
        f"salesOrderLines({line['id']})",
        {"quantity": 3},
        status=200,
        **{"If-Match": line["@odata.etag"]},
    )
    assert (changed["amountExcludingTax"], changed["shipQuantity"]) == (270, 3)
    after = api("GET", f"salesOrders({order['id']})?$expand=salesOrderLines,customer")
    assert after["totalAmountExcludingTax"] == 310
    assert after["@odata.etag"] != order["@odata.etag"]
    assert after["customer"]["number"] == "C1"
    api("POST", f"salesOrders({order['id']})/Microsoft.NAV.shipAndInvoice", status=204)
    assert "/salesInvoices(" in api.last["Location"]
    assert api.error("GET", f"salesOrders({order['id']})", status=404)
    invoices = api(
        "GET",
        f"salesInvoices?$filter=orderNumber eq '{order['number']}'&$expand=salesInvoiceLines",
    )["value"]
    assert len(invoices) == 1
    invoice = invoices[0]
    assert invoice["status"] == "Open"
    assert invoice["remainingAmount"] == invoice["totalAmountIncludingTax"] == 387.5
    assert invoice["orderId"] == order["id"]
    assert len(invoice["salesInvoiceLines"]) == 3
    shipment = api("GET", f"salesShipments?$filter=orderNumber eq '{order['number']}'")["value"][0]
    moved = api("GET", f"itemLedgerEntries?$filter=documentNumber eq '{shipment['number']}'")
    assert sorted(row["quantity"] for row in moved["value"]) == [-3, -0.5]
    assert api("GET", f"items({item.pk})")["inventory"] == 6.5
    detail = api("GET", f"customers({buyer.pk})?$expand=customerFinancialDetail")
    assert detail["balanceDue"] == detail["customerFinancialDetail"]["balance"] == 387.5
    api("POST", f"salesInvoices({invoice['id']})/Microsoft.NAV.cancel", status=204)
    cancelled = api("GET", f"salesInvoices({invoice['id']})")
    assert (cancelled["status"], cancelled["remainingAmount"]) == ("Canceled", 0)
    assert api("GET", "salesInvoices?$filter=status eq 'Canceled'")["value"]


def test_partial_delivery_keeps_the_order(api):
    world.customer()
    item = world.item(stock=5)
    order = api(
        "POST",
        "salesOrders",
        {"customerNumber": "C1", "salesOrderLines": [{"itemId": str(item.pk), "quantity": 5}]},
    )
    line = order["salesOrderLines"][0]
    api(
        "PATCH",
        f"salesOrderLines({line['id']})",
        {"shipQuantity": 2, "invoiceQuantity": 0},
        status=200,
        **{"If-Match": "*"},
    )
    shipped = api(
        "POST", f"salesOrders({order['id']})/Microsoft.NAV.shipAndInvoice", {}, status=200
    )
    assert (shipped["status"], shipped["fullyShipped"]) == ("Open", False)
    assert (
        api("GET", f"salesOrders({order['id']})/salesOrderLines")["value"][0]["shippedQuantity"]
        == 2
    )
    api.error("DELETE", f"salesOrders({order['id']})")


def test_a_quote_becomes_an_order_and_a_draft_invoice_keeps_its_id(api):
    world.customer()
    item = world.item(stock=5)
    body = {"customerNumber": "C1"}
    line = {"itemId": str(item.pk), "quantity": 1}
    quote = api("POST", "salesQuotes", {**body, "salesQuoteLines": [line]}, status=201)
    api("POST", f"salesQuotes({quote['id']})/Microsoft.NAV.MakeOrder", status=204)
    assert api("GET", "salesOrders")["value"][0]["totalAmountExcludingTax"] == 100
    draft = api("POST", "salesInvoices", {**body, "salesInvoiceLines": [line]}, status=201)
    assert draft["status"] == "Draft"
    assert len(api("GET", "salesInvoices")["value"]) == 1
    api("POST", f"salesInvoices({draft['id']})/Microsoft.NAV.post", status=204)
    posted = api("GET", f"salesInvoices({draft['id']})?$expand=salesInvoiceLines", status=200)
    assert posted["status"] == "Open"
    assert posted["number"] != draft["number"]
    assert len(posted["salesInvoiceLines"]) == 1
    api.error("POST", f"salesInvoices({draft['id']})/Microsoft.NAV.post")


def test_business_rules_answer_with_their_sentence_and_change_nothing(api):
    world.customer(blocked="all")
    item = world.item(blocked=True)
    answer = api("POST", "salesOrders", {"customerNumber": "C1"}, status=400)
    assert answer["error"]["code"] == "Application_DialogException"
    assert "C1 Customer C1 is blocked" in answer["error"]["message"]
    assert answer["error"]["message"].endswith(f"CorrelationId:  {api.last['request-id']}.")
    Customer.objects.update(blocked="")
    body = {"customerNumber": "C1", "salesOrderLines": [{"itemId": str(item.pk), "quantity": 1}]}
    api.error("POST", "salesOrders", body)
    assert not SalesHeader.objects.exists()


def test_lines_need_their_document(api):
    assert api.error("GET", "salesOrderLines") == "Application_DialogException"
    order = documents.create(documents.Draft(world.customer().pk))
    assert api("GET", f"salesOrderLines?$filter=documentId eq {order.pk}")["value"] == []
    made = api(
        "POST",
        f"salesOrders({order.pk})/salesOrderLines",
        {"itemId": str(world.item().pk), "quantity": 1},
        status=201,
    )
    assert made["documentId"] == str(order.pk)
    api("DELETE", f"salesOrderLines({made['id']})", status=204)
    both = {"itemId": str(world.item("I2").pk), "lineType": "Account", "quantity": 1}
    api.error("POST", f"salesOrders({order.pk})/salesOrderLines", both)


def test_permission_sets_are_enforced():
    world.company()
    reader = Program("read")
    buyer = world.customer()
    assert reader("GET", "customers", status=200)["value"]
    forbidden = reader("POST", "customers", {"displayName": "A"}, status=403)
    assert forbidden["error"]["code"] == "Authorization_PermissionDenied"
    order = world.order(buyer, (world.item(stock=1), 1))
    reader("POST", f"salesOrders({order.pk})/Microsoft.NAV.shipAndInvoice", status=403)
    nobody = Program()
    nobody("GET", "customers", status=403)


def test_stock_is_changed_by_an_adjustment(api):
    item = world.item(stock=5)
    api.error("POST", "items", {"number": "X", "inventory": 3})
    changed = api("PATCH", f"items({item.pk})", {"inventory": 2.5}, status=200, **{"If-Match": "*"})
    assert changed["inventory"] == 2.5
    assert item.ledger_entries.count() == 2


def test_code_tables_refuse_doubles_and_what_is_in_use(api):
    assert (
        api.error("POST", "unitsOfMeasure", {"code": ""}) == "BadRequest_RequiredParamNotProvided"
    )
    assert (
        api.error("POST", "unitsOfMeasure", {"code": "pcs"}) == "Internal_EntityWithSameKeyExists"
    )
    made = api("POST", "unitsOfMeasure", {"code": "box", "displayName": "Box"}, status=201)
    world.item()
    pieces = api("GET", "unitsOfMeasure?$filter=code eq 'PCS'")["value"][0]
    assert api.error("DELETE", f"unitsOfMeasure({pieces['id']})") == "Application_DialogException"
    api("DELETE", f"unitsOfMeasure({made['id']})", status=204)


def test_a_batch_stops_or_goes_on_or_stands_together(api):
    base = f"companies({CompanyInformation.objects.get().pk})/customers"
    good = {
        "id": "1",
        "method": "POST",
        "url": base,
        "body": {"displayName": "A", "creditLimit": 1.25},
    }
    bad = {"id": "2", "method": "POST", "url": base, "body": {}}
    last = {"id": "3", "method": "GET", "url": f"{base}?$count=true"}
    batch = {"requests": [good, bad, last]}
    answers = api("POST", "/api/v2.0/$batch", batch, status=200)["responses"]
    assert [answer["status"] for answer in answers] == [201, 400]
    answers = api("POST", "/api/v2.0/$batch", batch, Prefer="odata.continue-on-error")["responses"]
    assert [answer["status"] for answer in answers] == [201, 400, 200]
    assert answers[2]["body"]["@odata.count"] == 2
    assert answers[2]["body"]["value"][0]["creditLimit"] == 1.25
    api("POST", "/api/v2.0/$batch", batch, Isolation="snapshot")
    assert Customer.objects.count() == 2
    too_many = {"requests": [last] * 101}
    assert api("POST", "/api/v2.0/$batch", too_many, status=500)["error"]["code"] == "Unknown"


def test_verbs_and_addresses_that_do_not_fit_are_refused(api):
    assert api.error("POST", "salesShipments", {}, status=405) == "BadRequest_MethodNotAllowed"
    assert api.error("PUT", "customers", {}, status=405) == "BadRequest_MethodNotAllowed"
    assert api.error("GET", "nothing", status=404) == "BadRequest_ResourceNotFound"
    assert api.error("GET", "customers(7)", status=404) == "BadRequest_NotFound"
    elsewhere = "/api/v2.0/companies(00000000-0000-0000-0000-000000000001)/items"
    assert api.error("GET", elsewhere, status=404) == "Internal_CompanyNotFound"


def test_metadata_describes_every_set(api):
    from xml.etree import ElementTree

    answer = api("GET", "/api/v2.0/$metadata", status=200)
    root = ElementTree.fromstring(answer.content)
    names = {
        node.get("Name") for node in root.iter("{http://docs.oasis-open.org/odata/ns/edm}EntitySet")
    }
    assert {"customers", "salesOrders", "salesInvoiceLines"} <= names
    served = api("GET", "/api/v2.0", status=200)["value"]
    assert {row["name"] for row in served} == names
    for name in names - {"companies"}:
        lines = name.endswith("Lines") or name == "customerPayments"
        api("GET", name, status=400 if lines else 200)


def test_a_payment_is_entered_in_a_journal_and_posted(api):
    buyer, item = world.customer(), world.item(stock=5)
    order = world.order(buyer, (item, 2))
    api("POST", f"salesOrders({order.pk})/Microsoft.NAV.shipAndInvoice", status=204)
    invoice = api("GET", "salesInvoices")["value"][0]
    bank = api("GET", "accounts?$filter=number eq '2910'")["value"][0]
    body = {"code": "web01", "balancingAccountId": bank["id"]}
    journal = api("POST", "customerPaymentJournals", body, status=201)
    api.error("POST", f"journals({journal['id']})/Microsoft.NAV.post")
    line = api(
        "POST",
        f"customerPaymentJournals({journal['id']})/customerPayments",
        {"appliesToInvoiceId": invoice["id"], "amount": -100},
        status=201,
    )
    assert (line["customerNumber"], line["amount"]) == ("C1", -100)
    api("POST", f"journals({journal['id']})/Microsoft.NAV.post", status=204)
    assert api("GET", f"salesInvoices({invoice['id']})")["remainingAmount"] == 150
    rest = {"appliesToInvoiceNumber": invoice["number"]}
    line = api("POST", f"customerPaymentJournals({journal['id']})/customerPayments", rest)
    assert line["amount"] == -150
    api("POST", f"customerPaymentJournals({journal['id']})/Microsoft.NAV.post", status=204)
    paid = api("GET", f"salesInvoices({invoice['id']})")
    assert (paid["status"], paid["remainingAmount"]) == ("Paid", 0)
    assert api("GET", f"customers({buyer.pk})")["balanceDue"] == 0


def test_a_wrong_payment_is_refused(api):
    buyer, other = world.customer("C1"), world.customer("C2")
    order = world.order(buyer, (world.item(stock=5), 2))
    api("POST", f"salesOrders({order.pk})/Microsoft.NAV.shipAndInvoice", status=204)
    invoice = api("GET", "salesInvoices")["value"][0]
    journal = api("POST", "customerPaymentJournals", {"code": "WEB"}, status=201)
    lines = f"customerPaymentJournals({journal['id']})/customerPayments"
    api.error("POST", lines, {"customerId": str(other.pk), "appliesToInvoiceId": invoice["id"]})
    api("POST", lines, {"customerId": str(buyer.pk), "amount": 5}, status=201)
    api.error("POST", f"journals({journal['id']})/Microsoft.NAV.post")
    assert api("GET", f"customers({buyer.pk})")["balanceDue"] == 250
