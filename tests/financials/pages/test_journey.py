"""Quote, order, shipment, invoice and payment, by hand in a browser; then the ledgers agree."""

import re
from decimal import Decimal

import pytest

from saumaton.financials import ledger
from saumaton.financials.models import (
    Customer,
    CustomerLedgerEntry,
    Item,
    SalesHeader,
    SalesInvoiceHeader,
    SalesShipmentHeader,
)
from tests.financials import world
from tests.financials.pages.conftest import PASSWORD, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, live_server) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("[name=name]", "aino")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")


def post(page, what: str) -> None:
    page.get_by_role("button", name="Post…").click()
    page.select_option("#dialog [name=what]", label=what)
    page.locator("#dialog").get_by_role("button", name="Post…").click()


def test_a_quote_becomes_an_order_is_shipped_invoiced_and_paid(page, live_server):
    world.company(vat_percent="25")
    world.customer("C1", name="Aalto")
    world.item("I1", price="100", stock=50)
    person("aino", "administrator")
    sign_in(page, live_server)

    page.get_by_role("link", name="Sales Quote", exact=True).click()
    page.fill("[name=customer]", "C1")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"\?edit=1"))
    page.fill(".line [name$=-sold]", "I1")
    with page.expect_response(re.compile("/lines/")):
        page.keyboard.press("Tab")
    page.wait_for_selector(".line >> nth=1")
    page.fill(".line >> nth=0 >> [name$=-quantity]", "4")
    with page.expect_response(re.compile("/lines/")):
        page.keyboard.press("Tab")
    page.wait_for_selector(".totals >> text=500.00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Make Order").click()
    page.locator("#dialog").get_by_role("button", name="Make Order").click()
    page.wait_for_url(re.compile("/card/sales_order/"))
    page.get_by_role("button", name="Release").click()
    page.wait_for_selector(".badge.is-released")
    post(page, "Ship")
    page.wait_for_url(re.compile("/card/sales_shipment_header/"))

    order = SalesHeader.objects.get(document_type="order")
    page.goto(f"{live_server.url}/card/sales_order/{order.pk}/")
    post(page, "Invoice")
    page.wait_for_url(re.compile("/card/sales_invoice_header/"))
    page.get_by_role("button", name="Receive Payment").click()
    assert page.input_value("#dialog [name=amount]") == "500.00"
    page.locator("#dialog").get_by_role("button", name="Receive Payment").click()
    page.wait_for_url(re.compile("/card/customer_ledger_entry/"))

    customer, item = Customer.objects.get(), Item.objects.get()
    assert ledger.balances([customer.pk])[customer.pk] == 0
    assert ledger.stock([item.pk])[item.pk] == 46
    assert SalesInvoiceHeader.objects.get().amount_including_vat == Decimal("500.00")
    assert SalesShipmentHeader.objects.count() == 1
    assert not CustomerLedgerEntry.objects.filter(open=True).exists()
    assert not SalesHeader.objects.exists()
