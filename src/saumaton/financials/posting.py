"""Posting: ship and invoice sales documents. One transaction: all of it happens, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import archiving, bookkeeping, documents, drafting, ledger
from saumaton.financials.amounts import CENT, rounded
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.models import (
    Customer,
    GeneralLedgerSetup,
    Item,
    ItemLedgerEntry,
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
from saumaton.financials.models.fields import caption
from saumaton.financials.models.posted import PostedHeader, PostedLine
from saumaton.financials.numbers import next_number

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
        _check(document, lines, setup, ship=ship, invoice=invoice)
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


def _check(
    document: SalesHeader,
    lines: Sequence[SalesLine],
    setup: GeneralLedgerSetup,
    *,
    ship: bool,
    invoice: bool,
) -> None:
    check_posting_date(document.posting_date, setup)
    _check_blocked(document, ship=ship, invoice=invoice)
    options = SalesSetup.objects.first()
    mandatory = invoice and options and options.external_document_number_mandatory
    if mandatory and not document.external_document_number:
        raise Refused(
            _("%(document)s: External Document No. must be filled in.") % _name(document),
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


def move_stock(
    document: SalesHeader | PostedHeader,
    number: str,
    movements: Sequence[tuple[Item, Decimal, Any, Any]],
) -> None:
    """Write item ledger entries of type sale: (item, base quantity, order line id, location id)."""
    first = ledger.next_entry_number(ItemLedgerEntry)
    day = document.posting_date
    assert day is not None
    ItemLedgerEntry.objects.bulk_create(
        ItemLedgerEntry(
            entry_number=first + index,
            posting_date=day,
            document_type="shipment" if quantity < 0 else "credit_memo",
            document_number=number,
            description=item.description,
            item=item,
            entry_type="sale",
            customer_id=document.customer_id,
            location_id=location_id,
            quantity=quantity,
            unit_cost=item.unit_cost,
            order_line_id=line_id,
        )
        for index, (item, quantity, line_id, location_id) in enumerate(movements)
    )


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


def posted_number(field: str) -> str:
    """Return the next number for a posted document, from the series this set-up field names."""
    setup = SalesSetup.objects.select_related(field).first()
    series = getattr(setup, field) if setup else None
    if series is None:
        raise MissingSetup(
            _("%(field)s is empty. Choose a number series in Sales & Receivables Setup.")
            % {"field": caption(SalesSetup, field)},
            field,
        )
    return next_number(series.code)


def copied_header(source: models.Model, model: type[PostedHeader], number: str) -> Any:
    """Return a posted document header with all that the source has in common with it."""
    copy = model(**_common(source, model), number=number)
    if isinstance(source, SalesHeader) and source.document_type == "order":
        copy.order_id, copy.order_number = source.pk, source.number
    return copy


def copied_line(
    source: models.Model, model: type[PostedLine], header: PostedHeader, quantity: Decimal
) -> Any:
    """Return a posted line with all that the source has in common with it, in this quantity."""
    copy: Any = model(**{**_common(source, model), "header": header})
    copy.quantity = quantity
    copy.order_line_id = getattr(source, "order_line_id", source.pk)
    return copy


def _common(source: models.Model, model: type[models.Model]) -> dict[str, Any]:
    names = {field.attname for field in source._meta.concrete_fields}
    names -= {"id", "number", "header_id", "order_line_id", "customer_ledger_entry_id"}
    return {
        field.attname: getattr(source, field.attname)
        for field in model._meta.concrete_fields
        if field.attname in names
    }
