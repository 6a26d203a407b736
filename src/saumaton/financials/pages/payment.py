"""Payments of customers: receive them, and apply them to what they pay for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials import ledger, payments
from saumaton.financials.models import Currency, Customer, CustomerLedgerEntry
from saumaton.financials.pages.entries import CUSTOMER_ENTRIES
from saumaton.financials.pages.rules import beside_fields
from saumaton.financials.payments import Payment
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource

REFERENCE = Field("reference", _("External Document No."), "text", maximum_length=35)
DAY = Field("posting_date", _("Posting Date"), "date", required=True, initial=timezone.localdate)


def owed(entries: Sequence[CustomerLedgerEntry]) -> Decimal:
    """Return what is left of these entries, in their currency."""
    left = ledger.remaining([entry.pk for entry in entries])
    return sum((rest.amount for rest in left.values()), Decimal(0))


def questions(keys: Sequence[str]) -> tuple[Field, ...]:
    """Ask for the amount, proposing all that is left of the chosen entries."""
    entries = list(CustomerLedgerEntry.objects.filter(pk__in=keys))
    amount = Field("amount", _("Amount"), "money", required=True, initial=owed(entries))
    return (amount, DAY, REFERENCE)


def receive_for_entries(call: Call) -> Done | Stop:
    """Post a payment for the chosen entries of one customer, the oldest first."""
    entries = list(
        CustomerLedgerEntry.objects.filter(pk__in=call.keys, open=True)
        .exclude(document_type="payment")
        .order_by("due_date", "entry_number")
        .select_related("customer", "currency")
    )
    if not entries:
        return Stop(gettext("Choose open entries that can be paid."))
    if len({(entry.customer_id, entry.currency_id) for entry in entries}) > 1:
        return Stop(gettext("Choose entries of one customer and one currency."))
    return _received(entries[0].customer, entries[0].currency, call, entries)


def _received(
    customer: Customer,
    currency: Currency | None,
    call: Call,
    entries: Sequence[CustomerLedgerEntry],
) -> Done:
    payment = Payment(
        customer=customer,
        amount=call.values["amount"],
        posting_date=call.values["posting_date"],
        currency=currency,
        external_document_number=call.values.get("reference") or "",
    )
    with beside_fields():
        entry = payments.post_payment(payment, entries)
    return Done(
        gettext("Payment %s has been posted.") % entry.document_number,
        registry.card_page("customer_ledger_entry").address_of(str(entry.pk)),
    )


def receive(call: Call) -> Done:
    """Post a payment of a customer; what it pays for is applied from the oldest, if wanted."""
    customer = Customer.objects.get(pk=call.values["customer"])
    key = call.values.get("currency")
    currency = Currency.objects.get(pk=key) if key else None
    entries: list[CustomerLedgerEntry] = []
    if call.values["apply"]:
        found = CustomerLedgerEntry.objects.filter(customer=customer, open=True, currency=currency)
        entries = list(found.exclude(document_type="payment").order_by("due_date", "entry_number"))
        entries = _as_far_as_it_goes(entries, call.values["amount"])
    return _received(customer, currency, call, entries)


def _as_far_as_it_goes(
    entries: Sequence[CustomerLedgerEntry], amount: Decimal
) -> list[CustomerLedgerEntry]:
    """Return the entries that an amount reaches, in order."""
    left = ledger.remaining([entry.pk for entry in entries])
    reached = []
    for entry in entries:
        if amount <= 0:
            break
        if left[entry.pk].amount > 0:
            reached.append(entry)
            amount -= left[entry.pk].amount
    return reached


def apply_payment(call: Call) -> Done:
    """Apply a payment or credit memo to one open entry of the same customer."""
    credit = CustomerLedgerEntry.objects.get(pk=call.key)
    debit = CustomerLedgerEntry.objects.get(pk=UUID(call.values["entry"]))
    with beside_fields():
        payments.apply(credit, debit, call.values.get("posting_date") or date.today())
    return Done(gettext("Applied to %s.") % debit.document_number)


RECEIVE_FOR = Action(
    "receive-payment",
    _("Receive Payment"),
    receive_for_entries,
    right="post payments",
    fields=questions,
    when=lambda record: record.row.open and record.row.document_type == "invoice",
)
APPLY = Action(
    "apply",
    _("Apply Entries"),
    apply_payment,
    right="post payments",
    on=("card",),
    fields=(Field("entry", _("Entry No."), "lookup", lookup="open_entry", required=True), DAY),
    when=lambda record: record.row.open and record.row.document_type in ("payment", "credit_memo"),
)
NEW = Action(
    "new-payment",
    _("New Payment"),
    receive,
    right="post payments",
    on=("page",),
    prominent=True,
    fields=(
        Field("customer", _("Customer"), "lookup", lookup="customer", required=True),
        Field("amount", _("Amount"), "money", required=True),
        Field("currency", _("Currency"), "lookup", lookup="currency"),
        DAY,
        REFERENCE,
        Field("apply", _("Apply to the oldest open entries"), "boolean", initial=True),
    ),
)
PAYMENTS = OrmSource(
    CustomerLedgerEntry,
    search=CUSTOMER_ENTRIES.search,
    order="-entry_number",
    code="entry_number",
    computed=CUSTOMER_ENTRIES.computed,
    fields=tuple(CUSTOMER_ENTRIES.fields.values()),
    narrow=lambda rows: rows.filter(document_type="payment"),
    page="payment",
)
OPEN_ENTRIES = OrmSource(
    CustomerLedgerEntry,
    search=("document_number", "customer__name"),
    order="due_date",
    code="document_number",
    computed=CUSTOMER_ENTRIES.computed,
    fields=tuple(CUSTOMER_ENTRIES.fields.values()),
    narrow=lambda rows: rows.filter(open=True, document_type__in=("invoice", "refund")),
    page="customer_ledger_entry",
)
COLUMNS = (
    "entry_number", "posting_date", "document_number", "customer", "description", "currency",
    "amount", "remaining", "open",
)  # fmt: skip

registry.hang("customer_ledger_entry", RECEIVE_FOR, APPLY)
registry.add(
    ListPage(
        name="payment",
        caption=_("Payments"),
        source=PAYMENTS,
        columns=COLUMNS,
        more=("external_document_number", "due_date"),
        filters=("customer", "open", "posting_date", "currency"),
        views=(View("open", _("Not fully applied"), {"open": "1"}),),
        actions=(NEW,),
        group="finance",
        place=12,
        card="payment",
    ),
    CardPage(
        name="payment",
        caption=_("Payment"),
        source=PAYMENTS,
        title=("document_number", "description"),
        sections=(Section(_("General"), (*COLUMNS, "external_document_number")),),
        actions=(APPLY,),
        creatable=False,
    ),
    ListPage(
        name="open_entry",
        caption=_("Open customer ledger entries"),
        source=OPEN_ENTRIES,
        columns=(
            "document_number", "document_type", "customer", "description", "due_date", "currency",
            "amount", "remaining",
        ),
        filters=("customer", "due_date", "currency"),
        actions=(RECEIVE_FOR,),
        group="finance",
        place=11,
        card="customer_ledger_entry",
    ),
)  # fmt: skip
