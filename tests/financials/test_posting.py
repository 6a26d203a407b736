"""Shipping, invoicing, paying and cancelling, and what the ledgers say afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from saumaton.financials import changes, documents, ledger
from saumaton.financials.cancelling import cancel
from saumaton.financials.documents import Draft, DraftLine
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import (
    Currency,
    CustomerLedgerEntry,
    ExchangeRate,
    GeneralLedgerSetup,
    GLEntry,
    ItemLedgerEntry,
    SalesArchive,
    SalesHeader,
    SalesInvoiceHeader,
    SalesShipmentHeader,
    VATEntry,
)
from saumaton.financials.payments import Payment, post_payment
from saumaton.financials.posting import post

from . import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    world.company()


def stock(item):
    return ledger.stock([item.pk])[item.pk]


def balance(customer):
    return ledger.balances([customer.pk])[customer.pk]


def test_shipping_and_invoicing_writes_both_ledgers_and_closes_the_order():
    buyer, item = world.customer(), world.item(price="100", stock=10)
    order = world.order(buyer, (item, 3))
    made = post(order, ship=True, invoice=True)
    assert made.complete
    assert stock(item) == 7
    assert balance(buyer) == 375
    assert made.invoice.amount_including_vat == 375
    assert (made.invoice.order_number, made.invoice.order_id) == (order.number, order.pk)
    assert made.shipment.lines.get().quantity == 3
    assert not SalesHeader.objects.exists()
    archived = SalesArchive.objects.get(number=order.number)
    assert archived.content["lines"][0]["quantity"] == "3.00000"
    vat = VATEntry.objects.get()
    assert (vat.base, vat.amount) == (-300, -75)
    assert GLEntry.objects.aggregate(total=ExactSum("amount"))["total"] == 0


def test_parts_add_up_to_the_whole():
    buyer, item = world.customer(), world.item(price="3.33", stock=10)
    draft = Draft(
        buyer.pk,
        [
            DraftLine(item_id=item.pk, quantity=Decimal(7), line_discount_amount=Decimal("0.10")),
            DraftLine(type="", description="Handle with care"),
        ],
        invoice_discount_amount=Decimal("0.05"),
    )
    order = documents.create(draft)
    whole = (order.amount, order.amount_including_vat)
    for quantity in (2, 2, 3):
        documents.reopen(SalesHeader.objects.get(pk=order.pk))
        line = order.lines.select_related("header").get(type="item")
        documents.change_line(line, quantity_to_ship=Decimal(quantity))
        made = post(order, ship=True, invoice=True)
    assert made.complete
    invoices = SalesInvoiceHeader.objects.all()
    assert len(invoices) == 3
    assert sum(invoice.amount for invoice in invoices) == whole[0]
    assert sum(invoice.amount_including_vat for invoice in invoices) == whole[1]
    assert balance(buyer) == whole[1]
    assert stock(item) == 3


def test_only_what_is_shipped_is_invoiced():
    buyer, item = world.customer(), world.item(stock=5)
    order = world.order(buyer, (item, 5))
    with pytest.raises(Refused, match="nothing to post"):
        post(order, ship=False, invoice=True)
    assert not SalesInvoiceHeader.objects.exists()
    shipped = post(order, ship=True, invoice=False)
    assert not shipped.complete
    assert shipped.invoice is None
    left = SalesHeader.objects.get()
    assert (left.completely_shipped, left.status) == (True, "released")
    assert post(order, ship=False, invoice=True).complete


def test_a_refusal_leaves_nothing_behind():
    buyer, good = world.customer(), world.item("I1", stock=1)
    guarded = world.item("I2", prevent_negative_inventory=True)
    order = world.order(buyer, (good, 1), (guarded, 1))
    with pytest.raises(Refused, match="short"):
        post(order, ship=True, invoice=True)
    assert SalesHeader.objects.get().status == "open"
    assert stock(good) == 1
    assert not SalesShipmentHeader.objects.exists()
    assert not CustomerLedgerEntry.objects.exists()


@pytest.mark.parametrize(("blocked", "ship", "invoice"), [("ship", 1, 0), ("all", 1, 1)])
def test_a_blocked_customer_is_not_served(blocked, ship, invoice):
    buyer = world.customer()
    order = world.order(buyer, (world.item(stock=1), 1))
    buyer.blocked = blocked
    buyer.save()
    with pytest.raises(Refused, match="blocked"):
        post(order, ship=bool(ship), invoice=bool(invoice))


def test_the_posting_period_and_posting_groups_are_checked():
    order = world.order(world.customer(), (world.item(stock=1), 1))
    GeneralLedgerSetup.objects.update(allow_posting_from=date(2999, 1, 1))
    with pytest.raises(Refused, match="open for posting"):
        post(order, ship=True, invoice=True)
    GeneralLedgerSetup.objects.update(allow_posting_from=None)
    order.customer_posting_group = None
    order.save()
    with pytest.raises(MissingSetup, match="Customer Posting Group"):
        post(order, ship=True, invoice=True)


def test_a_payment_closes_its_invoices():
    buyer, item = world.customer(), world.item(price="100", stock=10)
    first = post(world.order(buyer, (item, 1)), ship=True, invoice=True).invoice
    second = post(world.order(buyer, (item, 2)), ship=True, invoice=True).invoice
    entries = [first.customer_ledger_entry, second.customer_ledger_entry]
    before = changes.changed_since("sales_invoice_header", None).token
    payment = post_payment(Payment(buyer, Decimal(200)), applies_to=entries)
    left = ledger.remaining([entry.pk for entry in entries])
    assert [left[entry.pk].amount for entry in entries] == [0, 175]
    assert CustomerLedgerEntry.objects.get(pk=entries[0].pk).open is False
    assert payment.open is False
    assert balance(buyer) == 175
    assert changes.changed_since("sales_invoice_header", before).ids == {first.pk, second.pk}


def test_a_gain_or_loss_takes_up_what_rates_differ_by():
    euro = Currency.objects.create(code="EUR")
    today = timezone.localdate()
    rates = ((date(2020, 1, 1), 745), (today, 750))
    for day, lcy in rates:
        ExchangeRate.objects.create(
            currency=euro,
            starting_date=day,
            exchange_rate_amount=100,
            relational_exch_rate_amount=lcy,
        )
    buyer, item = world.customer(currency=euro), world.item(stock=1)
    draft = Draft(
        buyer.pk,
        [DraftLine(item_id=item.pk, quantity=Decimal(1), unit_price=Decimal(80))],
        {"posting_date": date(2020, 6, 1)},
    )
    invoice = post(documents.create(draft), ship=True, invoice=True).invoice
    assert balance(buyer) == 745
    post_payment(Payment(buyer, Decimal(100), currency=euro), [invoice.customer_ledger_entry])
    assert balance(buyer) == 0
    assert GLEntry.objects.get(account__number="9140").amount == -5
    assert GLEntry.objects.aggregate(total=ExactSum("amount"))["total"] == 0


def test_cancelling_brings_back_stock_and_balance():
    buyer, item = world.customer(), world.item(stock=5, unit_cost=Decimal(60))
    invoice = post(world.order(buyer, (item, 2)), ship=True, invoice=True).invoice
    memo = cancel(invoice)
    assert (stock(item), balance(buyer)) == (5, 0)
    assert memo.amount_including_vat == invoice.amount_including_vat
    assert SalesInvoiceHeader.objects.get().cancelled
    assert not CustomerLedgerEntry.objects.filter(open=True).exists()
    for entry in GLEntry.objects.values("account").annotate(total=ExactSum("amount")):
        assert entry["total"] == 0
    with pytest.raises(Refused, match="cancelled already"):
        cancel(invoice)


def test_a_paid_invoice_is_not_cancelled():
    buyer, item = world.customer(), world.item(stock=5)
    invoice = post(world.order(buyer, (item, 2)), ship=True, invoice=True).invoice
    post_payment(Payment(buyer, Decimal(1)), [invoice.customer_ledger_entry])
    with pytest.raises(Refused, match="paid in part"):
        cancel(invoice)


def test_a_credit_memo_is_posted_whole():
    buyer, item = world.customer(), world.item(stock=5)
    memo = documents.create(
        Draft(
            buyer.pk,
            [DraftLine(item_id=item.pk, quantity=Decimal(2))],
            document_type="credit_memo",
        )
    )
    made = post(memo, ship=True, invoice=True)
    assert made.credit_memo.amount_including_vat == 250
    assert (stock(item), balance(buyer)) == (7, -250)


def test_services_and_freight_move_no_stock():
    from saumaton.financials.models import SalesSetup

    buyer, service = world.customer(), world.item(type="service")
    freight = SalesSetup.objects.get().freight_account
    draft = Draft(
        buyer.pk,
        [
            DraftLine(item_id=service.pk, quantity=Decimal(1)),
            DraftLine(
                "gl_account", gl_account_id=freight.pk, quantity=Decimal(1), unit_price=Decimal(50)
            ),
        ],
    )
    made = post(documents.create(draft), ship=True, invoice=True)
    assert made.invoice.amount == 150
    assert not ItemLedgerEntry.objects.exists()
    assert GLEntry.objects.get(account=freight).amount == -50


def test_availability_is_stock_less_what_orders_still_have_to_deliver():
    buyer, item = world.customer(), world.item(stock=10)
    order = world.order(buyer, (item, 4), shipment_date=date(2026, 3, 1))
    assert ledger.available([item.pk])[item.pk] == 6
    assert ledger.available([item.pk], date(2026, 2, 1))[item.pk] == 10
    post(order, ship=True, invoice=False)
    assert ledger.available([item.pk])[item.pk] == 6


def test_sums_are_exact():
    item = world.item()
    ItemLedgerEntry.objects.bulk_create(
        ItemLedgerEntry(
            entry_number=n + 1,
            posting_date=date(2026, 1, 1),
            item=item,
            entry_type="positive_adjmt",
            quantity=Decimal("0.1") if n else Decimal("9000000.00001"),
        )
        for n in range(1001)
    )
    assert stock(item) == Decimal("9000100.00001")
    assert connection.vendor in ("sqlite", "postgresql")
