"""What must be true of a document before it is posted."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from saumaton.financials import documents, drafting, ledger
from saumaton.financials.errors import Refused
from saumaton.financials.models import (
    Customer,
    GeneralLedgerSetup,
    SalesHeader,
    SalesLine,
    SalesSetup,
)


def check_postable(
    document: SalesHeader,
    lines: Sequence[SalesLine],
    setup: GeneralLedgerSetup,
    *,
    ship: bool,
    invoice: bool,
) -> None:
    """Refuse what must not be posted. Raises `Refused`."""
    check_posting_date(document.posting_date, setup)
    _check_blocked(document, ship=ship, invoice=invoice)
    options = SalesSetup.objects.first()
    mandatory = invoice and options and options.external_document_number_mandatory
    if mandatory and not document.external_document_number:
        raise Refused(
            _("%(document)s: External Document No. must be filled in.") % {"document": document},
            "external_document_number",
        )
    for line in lines:
        documents.check_to_handle(line)
        sold = line.item or line.resource or line.gl_account
        if sold:
            drafting.check_sold(sold)
    if ship and document.document_type != "credit_memo":
        _check_stock([line for line in lines if line.quantity_to_ship])


def check_posting_date(day: date | None, setup: GeneralLedgerSetup) -> None:
    """Refuse a day outside the period that is open for posting."""
    first, last = setup.allow_posting_from, setup.allow_posting_to
    if day is None or (first and day < first) or (last and day > last):
        raise Refused(
            _(
                "Posting Date %(day)s is not within the period that is open for posting "
                "(%(first)s–%(last)s). Change the date, or the period in General Ledger Setup."
            )
            % {"day": day, "first": first or "", "last": last or ""},
            "posting_date",
        )


def _check_blocked(document: SalesHeader, *, ship: bool, invoice: bool) -> None:
    refused = {"all"}
    if document.document_type != "credit_memo":
        refused |= ({"ship"} if ship else set()) | ({"invoice"} if invoice else set())
    ids = [id for id in (document.customer_id, document.bill_to_customer_id) if id]
    for customer in Customer.objects.filter(pk__in=ids, blocked__in=refused):
        raise Refused(
            _("%(document)s: customer %(customer)s is blocked (%(blocked)s).")
            % {
                "document": document,
                "customer": customer,
                "blocked": customer.get_blocked_display(),
            },
            "customer",
        )


def _check_stock(lines: Sequence[SalesLine]) -> None:
    guarded = [
        (line, line.item) for line in lines if line.item and line.item.prevent_negative_inventory
    ]
    on_hand = ledger.stock({item.pk for _line, item in guarded})
    for line, item in guarded:
        on_hand[item.pk] -= line.quantity_to_ship * line.quantity_per_unit
        if on_hand[item.pk] < 0:
            raise Refused(
                _("Line %(line)s: %(item)s would be %(short)s short. Ship less, or receive stock.")
                % {
                    "line": line.line_number,
                    "item": item,
                    "short": -on_hand[item.pk].normalize(),
                },
                "quantity_to_ship",
            )
