"""Taking a posted invoice back: a credit memo of the same lines, applied to it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import bookkeeping, ledger, payments
from saumaton.financials.errors import Refused
from saumaton.financials.models import (
    SalesCreditMemoHeader,
    SalesCreditMemoLine,
    SalesInvoiceHeader,
)
from saumaton.financials.posted_copies import (
    copied_header,
    copied_line,
    move_stock,
    posted_number,
)
from saumaton.financials.posting_checks import check_posting_date


@transaction.atomic
def cancel(invoice: SalesInvoiceHeader, posting_date: date | None = None) -> SalesCreditMemoHeader:
    """Post a credit memo for the whole invoice; the goods come back and nothing is owed.

    Raises `Refused` if the invoice is cancelled already, or paid in part or in full.
    """
    setup = ledger.lock()
    invoice = SalesInvoiceHeader.objects.select_for_update().get(pk=invoice.pk)
    day = posting_date or timezone.localdate()
    check_posting_date(day, setup)
    entry = invoice.customer_ledger_entry
    _check_untouched(invoice)
    lines = list(invoice.lines.select_related("item", "resource", "gl_account"))
    memo = copied_header(
        invoice, SalesCreditMemoHeader, posted_number("posted_credit_memo_numbers")
    )
    memo.posting_date = memo.document_date = memo.due_date = day
    memo.corrects_invoice = invoice
    copies = [copied_line(line, SalesCreditMemoLine, memo, line.quantity) for line in lines]
    memo.customer_ledger_entry = bookkeeping.book(memo, copies, setup)
    memo.save(force_insert=True)
    SalesCreditMemoLine.objects.bulk_create(copies)
    move_stock(
        memo,
        memo.number,
        [
            (
                line.item,
                line.quantity * line.quantity_per_unit,
                line.order_line_id,
                line.location_id,
            )
            for line in lines
            if line.item and line.item.type == "inventory" and line.quantity
        ],
    )
    if entry and entry.open:
        payments.apply(memo.customer_ledger_entry, entry, day)
    invoice.cancelled = True
    invoice.save(update_fields=["cancelled"])
    return memo


def _check_untouched(invoice: SalesInvoiceHeader) -> None:
    if invoice.cancelled:
        raise Refused(_("Invoice %(number)s is cancelled already.") % {"number": invoice.number})
    entry = invoice.customer_ledger_entry
    if entry and ledger.remaining([entry.pk])[entry.pk].amount != invoice.amount_including_vat:
        raise Refused(
            _(
                "Invoice %(number)s cannot be cancelled: it is paid in part or in full. "
                "Credit it with a sales credit memo instead."
            )
            % {"number": invoice.number}
        )
