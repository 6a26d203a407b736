"""Whatever is done to documents, in whatever order: the ledgers add up to stock and balance."""

import os
import random
from collections import Counter
from decimal import Decimal

import pytest

from saumaton.financials import documents, ledger, payments, posting
from saumaton.financials.cancelling import cancel
from saumaton.financials.documents import Draft, DraftLine
from saumaton.financials.errors import Refused
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import (
    Customer,
    CustomerLedgerEntry,
    GLEntry,
    Item,
    SalesHeader,
    SalesInvoiceHeader,
    SalesLine,
    VATEntry,
)

from . import world

OPERATIONS = int(os.environ.get("SAUMATON_OPERATIONS", "120"))
ZERO = Decimal(0)


class Books:
    """A company, and what its stock and balances ought to be, kept by simpler means."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        world.company("25.5")
        self.customers = [world.customer(f"C{n}") for n in range(3)]
        self.items = [
            world.item(f"I{n}", str(price), stock=100, unit_cost=Decimal("1.11"))
            for n, price in enumerate(("3.33", "10", "0.07"))
        ]
        self.items[1].prevent_negative_inventory = True
        self.items[1].save()
        self.stock = dict.fromkeys((item.pk for item in self.items), Decimal(100))
        self.owed = dict.fromkeys((customer.pk for customer in self.customers), ZERO)
        self.done = Counter()

    def step(self):
        act = self.chance.choice(
            (
                self.order,
                self.order,
                self.edit,
                self.post,
                self.post,
                self.pay,
                self.cancel,
                self.credit,
            )
        )
        before = self.snapshot()
        try:
            act()
            self.done[act.__name__] += 1
        except Refused:
            self.done["refused"] += 1
            assert self.snapshot() == before, "a refusal changed something"

    def snapshot(self):
        return (
            SalesHeader.objects.count(),
            SalesInvoiceHeader.objects.count(),
            CustomerLedgerEntry.objects.count(),
            GLEntry.objects.count(),
            SalesLine.objects.aggregate(total=ExactSum("quantity"))["total"],
        )

    def quantity(self):
        return Decimal(self.chance.choice(("1", "2", "3", "0.5", "7", "0.33333", "12")))

    def draft(self, document_type):
        lines = [
            DraftLine(
                item_id=self.chance.choice(self.items).pk,
                quantity=self.quantity(),
                line_discount_percent=Decimal(self.chance.choice(("0", "0", "10", "33.33333"))),
            )
            for _ in range(self.chance.randint(1, 3))
        ]
        discount = Decimal(self.chance.choice(("0", "0", "0.01", "1.23", "500")))
        buyer = self.chance.choice(self.customers)
        return Draft(buyer.pk, lines, invoice_discount_amount=discount, document_type=document_type)

    def order(self):
        documents.create(self.draft("order"))

    def open_order(self):
        orders = list(SalesHeader.objects.filter(document_type="order").order_by("number"))
        if not orders:
            raise Refused("there is no order")
        return self.chance.choice(orders)

    def edit(self):
        order = self.open_order()
        documents.reopen(order)
        line = self.chance.choice(list(order.lines.select_related("header")))
        share = Decimal(self.chance.choice(("0", "1", "0.25")))
        documents.change_line(
            line,
            quantity_to_ship=(line.quantity - line.quantity_shipped) * share,
            quantity_to_invoice=line.quantity - line.quantity_invoiced,
        )

    def post(self):
        order = self.open_order()
        what = self.chance.choice(((True, True), (True, False), (False, True)))
        made = posting.post(order, ship=what[0], invoice=what[1])
        if made.shipment:
            for line in made.shipment.lines.all():
                self.stock[line.item_id] -= line.quantity * line.quantity_per_unit
        if made.invoice:
            lines = list(made.invoice.lines.all())
            self.owed[order.customer_id] += sum(line.amount_including_vat for line in lines)

    def pay(self):
        buyer = self.chance.choice(self.customers)
        entries = CustomerLedgerEntry.objects.filter(
            customer=buyer, document_type="invoice", open=True
        )
        amount = Decimal(self.chance.choice(("0.01", "5", "100", "0")))
        payments.post_payment(payments.Payment(buyer, amount), entries[:2])
        self.owed[buyer.pk] -= amount

    def cancel(self):
        invoices = list(SalesInvoiceHeader.objects.order_by("number"))
        if not invoices:
            raise Refused("there is no invoice")
        invoice = self.chance.choice(invoices)
        memo = cancel(invoice)
        for line in memo.lines.all():
            self.stock[line.item_id] += line.quantity
        self.owed[memo.customer_id] -= invoice.amount_including_vat

    def credit(self):
        made = posting.post(documents.create(self.draft("credit_memo")), ship=True, invoice=True)
        for line in made.credit_memo.lines.all():
            self.stock[line.item_id] += line.quantity
        self.owed[made.credit_memo.customer_id] -= made.credit_memo.amount_including_vat

    def check(self):
        assert ledger.stock(self.stock) == self.stock
        assert ledger.balances(self.owed) == self.owed
        assert GLEntry.objects.aggregate(total=ExactSum("amount"))["total"] == 0
        for entry in CustomerLedgerEntry.objects.all():
            assert entry.open == bool(ledger.remaining([entry.pk])[entry.pk].amount)
        receivables = GLEntry.objects.filter(account__number="2310")
        assert receivables.aggregate(total=ExactSum("amount"))["total"] == sum(self.owed.values())
        vat = GLEntry.objects.filter(account__number="5610")
        entries = VATEntry.objects.aggregate(total=ExactSum("amount"))["total"]
        assert vat.aggregate(total=ExactSum("amount"))["total"] == entries
        for header in SalesHeader.objects.all():
            lines = header.lines.all()
            assert header.amount == sum(line.amount for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_ledgers_add_up_after_any_history(seed):
    books = Books(seed)
    for number in range(OPERATIONS):
        books.step()
        if number % max(20, OPERATIONS // 10) == 0:
            books.check()
    books.check()
    assert books.done["post"] > 5
    assert books.done["refused"] > 0
    assert Item.objects.count() == Customer.objects.count() == 3
