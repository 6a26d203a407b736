"""Making, changing and releasing sales documents."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saumaton.financials import documents
from saumaton.financials.documents import Draft, DraftLine
from saumaton.financials.errors import Refused
from saumaton.financials.models import (
    Currency,
    CustomerPriceGroup,
    ExchangeRate,
    ItemUnit,
    PaymentTerms,
    SalesArchive,
    SalesHeader,
    SalesLine,
    SalesPrice,
    SalesSetup,
    UnitOfMeasure,
)

from . import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    world.company()


def test_an_order_takes_its_defaults_from_customer_and_item():
    buyer = world.customer(address="Harbour 1", post_code="dk-8000")
    order = world.order(buyer, (world.item(price="12.50"), 4))
    line = order.lines.get()
    assert order.number == "SO-000001"
    assert (order.ship_to_address, order.sell_to_post_code) == ("Harbour 1", "DK-8000")
    assert (line.description, line.unit.code, line.unit_price) == (
        "Item I1",
        "PCS",
        Decimal("12.5"),
    )
    assert (line.amount, line.amount_including_vat) == (Decimal(50), Decimal("62.5"))
    assert (order.amount, order.amount_including_vat) == (Decimal(50), Decimal("62.5"))
    assert (line.quantity_to_ship, line.quantity_to_invoice) == (4, 4)


def test_discounts_are_spread_to_the_cent_and_vat_is_rounded_once():
    buyer = world.customer()
    items = [world.item(f"I{n}", "3.33") for n in range(3)]
    lines = [DraftLine(item_id=item.pk, quantity=Decimal(1)) for item in items]
    order = documents.create(Draft(buyer.pk, lines, invoice_discount_amount=Decimal(1)))
    discounts = [line.invoice_discount_amount for line in order.lines.all()]
    assert sum(discounts) == 1
    assert max(discounts) - min(discounts) <= Decimal("0.01")
    assert order.amount == Decimal("8.99")
    assert order.amount_including_vat == Decimal("11.24")  # 8.99 × 1.25 = 11.2375
    stored = SalesLine.objects.filter(header=order)
    assert sum(line.amount_including_vat for line in stored) == Decimal("11.24")


def test_prices_including_vat_hold_the_vat():
    buyer = world.customer(prices_including_vat=True)
    order = world.order(buyer, (world.item(price="125"), 1))
    assert (order.amount, order.amount_including_vat) == (100, 125)


def test_a_thousand_lines_take_as_many_queries_as_one():
    buyer = world.customer()
    items = [world.item(f"I{n}", "10") for n in range(77)]

    def drafts(count):
        return [
            Draft(
                buyer.pk,
                [
                    DraftLine(
                        item_id=items[(n + m) % 77].pk,
                        quantity=Decimal(3),
                        unit_price=Decimal("7.77"),
                        line_discount_amount=Decimal("1.17"),
                    )
                    for m in range(2 + n % 2)
                ],
                {"your_reference": f"ORD-{n}"},
            )
            for n in range(count)
        ]

    with CaptureQueriesContext(
        connection,
    ) as few:
        documents.create_orders(drafts(1))
    with CaptureQueriesContext(connection) as many:
        made = documents.create_orders(drafts(830))
    assert len(made) == len({order.number for order in made}) == 830
    assert len(many) <= len(few) + 120, "bulk inserts in chunks only"
    assert SalesHeader.objects.get(your_reference="ORD-829").amount == Decimal("66.42")


@pytest.mark.parametrize(
    ("blocked", "document_type", "refused"),
    [
        ("all", "order", True),
        ("invoice", "quote", True),
        ("ship", "order", True),
        ("ship", "invoice", False),
        ("all", "credit_memo", True),
        ("", "order", False),
    ],
)
def test_a_blocked_customer_gets_no_documents(blocked, document_type, refused):
    buyer = world.customer(blocked=blocked)
    draft = Draft(buyer.pk, document_type=document_type)
    if refused:
        with pytest.raises(Refused, match="C1 .*blocked"):
            documents.create(draft)
        assert not SalesHeader.objects.exists()
    else:
        documents.create(draft)


def test_every_reason_is_told_at_once_and_nothing_is_written():
    buyer = world.customer()
    blocked = world.item("I1", blocked=True)
    unsold = world.item("I2", sales_blocked=True)
    draft = Draft(
        buyer.pk, [DraftLine(item_id=i.pk, quantity=Decimal(1)) for i in (blocked, unsold)]
    )
    reasons = documents.problems([draft])[draft.id]
    assert len(reasons) == 2
    assert "I1" in reasons[0]
    assert "I2" in reasons[1]
    with pytest.raises(Refused):
        documents.create(draft)
    assert not SalesHeader.objects.exists()
    assert SalesSetup.objects.get().order_numbers.last_number_used == ""


def test_a_foreign_order_needs_a_rate_and_keeps_its_factor():
    euro = Currency.objects.create(code="EUR")
    buyer, item = world.customer(currency=euro), world.item(price="745")
    with pytest.raises(Refused, match="EUR has no exchange rate"):
        world.order(buyer, (item, 1))
    ExchangeRate.objects.create(
        currency=euro,
        starting_date=date(2020, 1, 1),
        exchange_rate_amount=100,
        relational_exch_rate_amount=745,
    )
    order = world.order(buyer, (item, 1))
    assert order.currency_factor == Decimal("0.134228188")
    assert order.lines.get().unit_price == Decimal("100.00000")


def test_the_lowest_price_that_applies_wins():
    group = CustomerPriceGroup.objects.create(code="PRO")
    buyer, item = world.customer(customer_price_group=group), world.item(price="10")
    SalesPrice.objects.create(item=item, unit_price=9)
    SalesPrice.objects.create(
        item=item,
        sales_type="customer_price_group",
        customer_price_group=group,
        unit_price=8,
        minimum_quantity=10,
    )
    SalesPrice.objects.create(
        item=item, sales_type="customer", customer=buyer, unit_price=1, ending_date=date(2001, 1, 1)
    )
    assert world.order(buyer, (item, 1)).lines.get().unit_price == 9
    assert world.order(buyer, (item, 10)).lines.get().unit_price == 8


def test_units_are_converted_and_unknown_ones_refused():
    buyer, item = world.customer(), world.item(price="2")
    box = UnitOfMeasure.objects.create(code="BOX")
    draft = Draft(buyer.pk, [DraftLine(item_id=item.pk, quantity=Decimal(2), unit_id=box.pk)])
    with pytest.raises(Refused, match="not sold in this unit"):
        documents.create(draft)
    ItemUnit.objects.create(item=item, unit=box, quantity_per=12)
    line = documents.create(draft).lines.get()
    assert (line.unit_price, line.amount, line.outstanding_base) == (24, 48, 24)


def test_a_discount_larger_than_the_line_is_refused():
    draft = Draft(
        world.customer().pk,
        [
            DraftLine(
                item_id=world.item().pk, quantity=Decimal(1), line_discount_amount=Decimal(101)
            )
        ],
    )
    with pytest.raises(Refused, match="Line Discount Amount"):
        documents.create(draft)


def test_a_released_document_is_changed_only_after_it_is_reopened():
    order = world.order(world.customer(), (world.item(), 1))
    line = order.lines.get()
    documents.release(order)
    with pytest.raises(Refused, match="Reopen it first"):
        documents.change_line(SalesLine.objects.get(pk=line.pk), quantity=Decimal(2))
    documents.reopen(order)
    line = documents.change_line(SalesLine.objects.get(pk=line.pk), quantity=Decimal(2))
    assert line.quantity_to_ship == 2
    assert SalesHeader.objects.get(pk=order.pk).amount == 200


def test_an_empty_document_cannot_be_released():
    with pytest.raises(Refused, match="nothing to release"):
        documents.release(documents.create(Draft(world.customer().pk)))


def test_a_quote_becomes_an_order_with_its_prices():
    buyer, item = world.customer(), world.item()
    quote = documents.create(
        Draft(
            buyer.pk,
            [DraftLine(item_id=item.pk, quantity=Decimal(2), unit_price=Decimal(42))],
            {"your_reference": "Q"},
            document_type="quote",
        )
    )
    SalesSetup.objects.update(archive_quotes=True)
    order = documents.make_order(quote)
    assert SalesArchive.objects.get().number == quote.number
    assert (order.document_type, order.quote_number, order.amount) == ("order", quote.number, 84)
    assert order.your_reference == "Q"
    assert not SalesHeader.objects.filter(document_type="quote").exists()


def test_lines_are_added_and_removed():
    order = world.order(world.customer(), (world.item(), 1))
    added = documents.add_line(order, DraftLine(item_id=world.item("I2").pk, quantity=Decimal(1)))
    assert (added.line_number, order.amount) == (20000, 200)
    documents.add_line(order, DraftLine(type="", description="Thank you"))
    documents.remove_line(added)
    assert SalesHeader.objects.get().amount == 100


def test_terms_and_date_of_a_document_move_its_due_date():
    order = world.order(world.customer(), (world.item(), 1))
    terms = PaymentTerms.objects.get(code="30 DAYS")
    documents.change_header(order, payment_terms=terms, document_date=date(2026, 1, 10))
    order = SalesHeader.objects.get()
    assert (order.due_date, order.order_date) == (date(2026, 2, 9), date(2026, 1, 10))
    documents.change_header(order, due_date=date(2026, 3, 1))
    assert SalesHeader.objects.get().due_date == date(2026, 3, 1)
