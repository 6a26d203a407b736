"""Payments of customers, and what they pay for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import bookkeeping, ledger
from saumaton.financials.amounts import rounded
from saumaton.financials.bookkeeping import Share
from saumaton.financials.catalogue import read_catalogue
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.models import (
    Currency,
    Customer,
    CustomerLedgerEntry,
    GeneralLedgerSetup,
    GLAccount,
    SalesSetup,
)
from saumaton.financials.numbers import next_number
from saumaton.financials.posting_checks import check_posting_date

ZERO = Decimal(0)


@dataclass(frozen=True)
class Payment:
    """Money received from a customer: in LCY without a currency, on the bank without an account."""

    customer: Customer
    amount: Decimal
    posting_date: date | None = None
    currency: Currency | None = None
    document_number: str = ""
    external_document_number: str = ""
    description: str = ""
    account: GLAccount | None = None


@transaction.atomic
def post_payment(
    payment: Payment, applies_to: Iterable[CustomerLedgerEntry] = ()
) -> CustomerLedgerEntry:
    """Post a payment and apply it to these entries in their order. Raises `Refused`."""
    setup = ledger.lock()
    day = payment.posting_date or timezone.localdate()
    check_posting_date(day, setup)
    if payment.amount <= 0:
        raise Refused(_("The amount of a payment must be more than 0."), "amount")
    currency_id = payment.currency.pk if payment.currency else None
    factor = read_catalogue([], []).factor(currency_id, day)
    lcy = rounded(payment.amount / factor, setup.amount_rounding_precision)
    number = payment.document_number or _payment_number()
    entry = CustomerLedgerEntry.objects.create(
        entry_number=ledger.next_entry_number(CustomerLedgerEntry),
        posting_date=day,
        document_type="payment",
        document_number=number,
        external_document_number=payment.external_document_number,
        description=payment.description or payment.customer.name,
        customer=payment.customer,
        sell_to_customer=payment.customer,
        due_date=day,
        currency=payment.currency,
    )
    bookkeeping.add_detail(entry, "initial", -payment.amount, -lcy, day)
    shares = [
        Share(payment.account or _bank(setup), lcy),
        Share(receivables(payment.customer), -lcy),
    ]
    bookkeeping.post_to_general_ledger(shares, day, "payment", number, entry.description)
    for other in applies_to:
        apply(entry, other, day)
    entry.refresh_from_db()
    return entry


@transaction.atomic
def apply(
    credit: CustomerLedgerEntry, debit: CustomerLedgerEntry, day: date | None = None
) -> Decimal:
    """Settle as much of two open entries against each other as both allow; return how much.

    `credit` is a payment or credit memo, `debit` an invoice, both of one customer and currency.
    What their rates differ by becomes a gain or loss, so that both end at 0 in LCY too.
    """
    setup = ledger.lock()
    day = day or timezone.localdate()
    left = ledger.remaining([credit.pk, debit.pk])
    paid, owed = left[credit.pk], left[debit.pk]
    _check_applicable(credit, debit, paid.amount, owed.amount)
    amount = min(-paid.amount, owed.amount)
    precision = setup.amount_rounding_precision
    paid_lcy = rounded(paid.amount_lcy * amount / paid.amount, precision)
    owed_lcy = rounded(owed.amount_lcy * amount / owed.amount, precision)
    bookkeeping.add_detail(credit, "application", amount, paid_lcy, day, debit)
    bookkeeping.add_detail(debit, "application", -amount, -paid_lcy, day, credit)
    if difference := paid_lcy - owed_lcy:
        bookkeeping.add_detail(debit, "realized_gain_loss", ZERO, difference, day, credit)
        shares = [
            Share(receivables(debit.customer), difference),
            Share(_exchange(setup), -difference),
        ]
        bookkeeping.post_to_general_ledger(
            shares, day, credit.document_type, credit.document_number, credit.description
        )
    for entry, before in ((credit, paid), (debit, owed)):
        if abs(before.amount) == amount:
            entry.open = False
            entry.closed_by = debit if entry is credit else credit
            entry.save(update_fields=["open", "closed_by"])
    return amount


def receivables(customer: Customer) -> GLAccount:
    group = customer.customer_posting_group
    if group is None or group.receivables_account is None:
        raise MissingSetup(
            _("Customer %(customer)s has no Customer Posting Group with a Receivables Account.")
            % {"customer": customer},
            "customer_posting_group",
        )
    return group.receivables_account


def _check_applicable(
    credit: CustomerLedgerEntry, debit: CustomerLedgerEntry, paid: Decimal, owed: Decimal
) -> None:
    if credit.customer_id != debit.customer_id or credit.currency_id != debit.currency_id:
        raise Refused(
            _("%(credit)s and %(debit)s must be of one customer and in one currency.")
            % {"credit": credit.document_number, "debit": debit.document_number}
        )
    if paid >= 0 or owed <= 0:
        raise Refused(
            _("%(credit)s cannot be applied to %(debit)s: one of them has nothing left to apply.")
            % {"credit": credit.document_number, "debit": debit.document_number}
        )


def _bank(setup: GeneralLedgerSetup) -> GLAccount:
    if setup.bank_account is None:
        raise MissingSetup(_("General Ledger Setup has no Bank Account."), "bank_account")
    return setup.bank_account


def _exchange(setup: GeneralLedgerSetup) -> GLAccount:
    if setup.exchange_account is None:
        raise MissingSetup(
            _("General Ledger Setup has no Exchange Gains/Losses Account."), "exchange_account"
        )
    return setup.exchange_account


def _payment_number() -> str:
    setup = SalesSetup.objects.select_related("payment_numbers").first()
    if setup is None or setup.payment_numbers is None:
        raise MissingSetup(
            _("Payment Nos. is empty. Choose a number series in Sales & Receivables Setup."),
            "payment_numbers",
        )
    return next_number(setup.payment_numbers.code)
