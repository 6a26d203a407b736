"""Posting: ship and invoice sales documents. One transaction: all of it happens, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import archiving, bookkeeping, documents, drafting, ledger
from saumaton.financials.amounts import CENT, rounded
from saumaton.financials.errors import Refused
from saumaton.financials.models import (
    GeneralLedgerSetup,
    SalesCreditMemoHeader,
    SalesCreditMemoLine,
    SalesHeader,
    SalesInvoiceHeader,
    SalesInvoiceLine,
    SalesLine,
    SalesSetup,
    SalesShipmentHeader,
    SalesShipmentLine,
)
from saumaton.financials.models.posted import PostedHeader, PostedLine
from saumaton.financials.posted_copies import (
    copied_header,
    copied_line,
    move_stock,
    posted_number,
)
from saumaton.financials.posting_checks import check_postable

ZERO = Decimal(0)
SHARED = ("line_amount", "line_discount_amount", "invoice_discount_amount")


@dataclass(frozen=True)
class Posted:
    """What a posting made, and whether the document has left the books."""

    shipment: SalesShipmentHeader | None = None
    invoice: SalesInvoiceHeader | None = None
    credit_memo: SalesCreditMemoHeader | None = None
    complete: bool = False


def post(
    header: SalesHeader, *, ship: bool, invoice: bool, posting_date: date | None = None
) -> Posted:
    """Ship and invoice what the lines propose, and return what was made.

    An order that is fully invoiced leaves the books, archived if the set-up says so. Sales
    invoices and credit memos are always posted whole. Raises `Refused`; then nothing happened.
    """
    with transaction.atomic():
        setup = ledger.lock()
        document = SalesHeader.objects.select_for_update().get(pk=header.pk)
        if document.document_type == "quote":
            raise Refused(_("%(document)s is a quote. Make it an order first.") % _name(document))
        if document.document_type != "order":
            ship = invoice = True
        document.posting_date = posting_date or document.posting_date or timezone.localdate()
        lines = list(
            document.lines.select_related("item__inventory_posting_group", "resource", "gl_account")
        )
        check_postable(document, lines, setup, ship=ship, invoice=invoice)
        documents.release(document)
        return _post(document, lines, setup, ship=ship, invoice=invoice)


def _post(
    document: SalesHeader,
    lines: Sequence[SalesLine],
    setup: GeneralLedgerSetup,
    *,
    ship: bool,
    invoice: bool,
) -> Posted:
    shipped = {line: line.quantity_to_ship if ship else ZERO for line in lines}
    shipment = _ship(document, shipped) if any(shipped.values()) else None
    for line, quantity in shipped.items():
        line.quantity_shipped += quantity
    billed = {line: _billable(line) if invoice else ZERO for line in lines}
    bill = _bill(document, billed, setup) if any(billed.values()) else None
    if shipment is None and bill is None:
        raise Refused(
            _("%(document)s: there is nothing to post. Fill in Qty. to Ship or Qty. to Invoice.")
            % _name(document)
        )
    for line, quantity in billed.items():
        line.quantity_invoiced += quantity
        drafting.set_quantities(line)
    SalesLine.objects.bulk_update(
        lines,
        [
            "quantity_shipped",
            "quantity_invoiced",
            "quantity_to_ship",
            "quantity_to_invoice",
            "outstanding_base",
        ],
    )
    complete = all(line.quantity_invoiced == line.quantity for line in lines if line.type)
    _close(document, lines, shipment, bill, complete)
    return Posted(
        shipment=shipment,
        invoice=bill if isinstance(bill, SalesInvoiceHeader) else None,
        credit_memo=bill if isinstance(bill, SalesCreditMemoHeader) else None,
        complete=complete,
    )


def _name(document: SalesHeader) -> dict[str, Any]:
    return {"document": document}


def _billable(line: SalesLine) -> Decimal:
    """Only what has been shipped is invoiced, however much is proposed."""
    return min(line.quantity_to_invoice, line.quantity_shipped - line.quantity_invoiced)


def _ship(document: SalesHeader, shipped: dict[SalesLine, Decimal]) -> SalesShipmentHeader | None:
    """Move the stock, and make the shipment document unless goods come back."""
    shipment, number, sign = None, document.number, 1
    if document.document_type != "credit_memo":
        number = posted_number("posted_shipment_numbers")
        shipment = copied_header(document, SalesShipmentHeader, number)
        shipment.save(force_insert=True)
        SalesShipmentLine.objects.bulk_create(
            copied_line(line, SalesShipmentLine, shipment, quantity)
            for line, quantity in shipped.items()
            if quantity or not line.type
        )
        sign = -1
    move_stock(
        document,
        number,
        [
            (line.item, sign * quantity * line.quantity_per_unit, line.pk, line.location_id)
            for line, quantity in shipped.items()
            if quantity and line.item and line.item.type == "inventory"
        ],
    )
    return shipment


def _bill(
    document: SalesHeader, billed: dict[SalesLine, Decimal], setup: GeneralLedgerSetup
) -> SalesInvoiceHeader | SalesCreditMemoHeader:
    memo = document.document_type == "credit_memo"
    series = "posted_credit_memo_numbers" if memo else "posted_invoice_numbers"
    header_model = SalesCreditMemoHeader if memo else SalesInvoiceHeader
    line_model: Any = SalesCreditMemoLine if memo else SalesInvoiceLine
    bill = copied_header(document, header_model, posted_number(series))
    if document.document_type != "order":
        bill.id = document.pk  # a draft keeps its id when it is posted
    precision = document.currency.amount_rounding_precision if document.currency else CENT
    lines = [
        _billed_line(line, line_model, bill, quantity, precision)
        for line, quantity in billed.items()
        if quantity or not line.type
    ]
    bill.amount = sum((line.amount for line in lines), ZERO)
    bill.amount_including_vat = sum((line.amount_including_vat for line in lines), ZERO)
    bill.invoice_discount_amount = sum((line.invoice_discount_amount for line in lines), ZERO)
    bill.customer_ledger_entry = bookkeeping.book(bill, lines, setup)
    bill.save(force_insert=True)
    line_model._default_manager.bulk_create(lines)
    return bill


def _billed_line(
    line: SalesLine,
    model: type[PostedLine],
    bill: PostedHeader,
    quantity: Decimal,
    precision: Decimal,
) -> PostedLine:
    """Return the part of a line that is invoiced now.

    Each amount is what is due for everything invoiced so far less what was due before, so that
    the parts add up to the whole.
    """

    def part(whole: Decimal) -> Decimal:
        before, after = line.quantity_invoiced, line.quantity_invoiced + quantity
        return rounded(whole * after / line.quantity, precision) - rounded(
            whole * before / line.quantity, precision
        )

    posted = copied_line(line, model, bill, quantity)
    if quantity == line.quantity or not line.type:
        return posted
    for name in SHARED:
        setattr(posted, name, part(getattr(line, name)))
    net_of_discount = posted.line_amount - posted.invoice_discount_amount
    vat = part(line.amount_including_vat - line.amount)
    posted.amount = net_of_discount - (vat if bill.prices_including_vat else ZERO)
    posted.amount_including_vat = posted.amount + vat
    return posted


def _close(
    document: SalesHeader,
    lines: Sequence[SalesLine],
    shipment: SalesShipmentHeader | None,
    bill: PostedHeader | None,
    complete: bool,
) -> None:
    if complete:
        setup = SalesSetup.objects.first()
        if document.document_type == "order" and setup and setup.archive_orders:
            archiving.archive(document)
        document.delete()
        return
    document.completely_shipped = all(
        line.quantity_shipped == line.quantity for line in lines if line.type
    )
    document.last_shipping_number = shipment.number if shipment else document.last_shipping_number
    document.last_posting_number = bill.number if bill else document.last_posting_number
    document.save()
