"""Sales documents: make, change, release and reopen them. Posting is in `posting.py`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import amounts, archiving, drafting
from saumaton.financials.catalogue import Catalogue, Draft, DraftLine, read_catalogue
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.models import SalesHeader, SalesLine, SalesSetup
from saumaton.financials.models.fields import caption
from saumaton.financials.numbers import next_numbers

__all__ = [
    "Draft",
    "DraftLine",
    "add_line",
    "change_header",
    "change_line",
    "create",
    "create_orders",
    "make_invoice",
    "make_order",
    "problems",
    "recalculate",
    "release",
    "remove_line",
    "reopen",
]

SERIES = {
    "quote": "quote_numbers",
    "order": "order_numbers",
    "invoice": "invoice_numbers",
    "credit_memo": "credit_memo_numbers",
}
BULK = 500


def create(draft: Draft) -> SalesHeader:
    """Make one document with its lines. Raises `Refused`; then nothing is written."""
    return create_orders([draft])[0]


@transaction.atomic
def create_orders(drafts: Sequence[Draft]) -> list[SalesHeader]:
    """Make many documents with their lines, in the order of the drafts; all of them or none.

    The number of queries does not grow with the number of documents. Raises `Refused` for the
    first draft that breaks a rule; ask `problems` beforehand to sort such drafts out.
    """
    catalogue = _catalogue(drafts)
    documents = [drafting.drafted(draft, catalogue) for draft in drafts]
    _number([header for header, _lines in documents])
    headers = SalesHeader.objects.bulk_create([header for header, _ in documents], BULK)
    SalesLine.objects.bulk_create([line for _, lines in documents for line in lines], BULK)
    return headers


def problems(drafts: Sequence[Draft]) -> dict[UUID, list[str]]:
    """Return, by draft id, why drafts would be refused; every reason, not only the first."""
    catalogue = _catalogue(drafts)
    found = {draft.id: _problems(draft, catalogue) for draft in drafts}
    return {id: reasons for id, reasons in found.items() if reasons}


def _problems(draft: Draft, catalogue: Catalogue) -> list[str]:
    reasons: list[str] = []
    try:
        header = drafting.draft_header(draft, catalogue)
    except Refused as refused:
        return [str(refused)]
    lines = []
    for index, line in enumerate(draft.lines):
        try:
            lines.append(drafting.draft_line(header, line, catalogue, index + 1))
        except Refused as refused:
            reasons.append(str(refused))
    if not reasons:
        try:
            drafting.calculate(header, lines, catalogue, draft.invoice_discount_amount)
        except Refused as refused:
            reasons.append(str(refused))
    return reasons


def _catalogue(drafts: Sequence[Draft]) -> Catalogue:
    return read_catalogue(
        (draft.customer_id for draft in drafts), (line for draft in drafts for line in draft.lines)
    )


def _number(headers: Sequence[SalesHeader]) -> None:
    setup = SalesSetup.objects.first() or SalesSetup()
    for document_type, field in SERIES.items():
        unnumbered = [
            header
            for header in headers
            if header.document_type == document_type and not header.number
        ]
        if not unnumbered:
            continue
        series = getattr(setup, field)
        if series is None:
            label = caption(SalesSetup, field)
            raise MissingSetup(
                _("%(field)s is empty. Choose a number series in Sales & Receivables Setup.")
                % {"field": label},
                field,
            )
        numbers = next_numbers(series.code, len(unnumbered))
        for header, number in zip(unnumbered, numbers, strict=True):
            header.number = number


@transaction.atomic
def add_line(header: SalesHeader, draft: DraftLine) -> SalesLine:
    """Add a line at the end of an open document, or at `draft.line_number`. Raises `Refused`."""
    _check_open(header)
    catalogue = read_catalogue([header.customer_id], [draft])
    numbers = [line.line_number for line in header.lines.all()]
    number = draft.line_number or max(numbers, default=0) + drafting.LINE_STEP
    line = drafting.draft_line(header, draft, catalogue, number)
    line.save(force_insert=True)
    recalculate(header)
    line.refresh_from_db()
    return line


@transaction.atomic
def change_line(line: SalesLine, **values: Any) -> SalesLine:
    """Change a line of an open document and what follows from it. Raises `Refused`.

    A new quantity proposes to ship and invoice all that is left, unless that is given too; a new
    quantity or price keeps the discount's per cent.
    """
    header = line.header
    _check_open(header)
    for name, value in drafting.attributes(values):
        setattr(line, name, value)
    precision = _catalogue_of(header).amount_precision(header.currency_id)
    if "line_discount_amount" in values:
        amounts.set_discount_amount(line, line.line_discount_amount, precision)
    elif {"quantity", "unit_price", "line_discount_percent"} & values.keys():
        amounts.set_discount_percent(line, line.line_discount_percent, precision)
    if "quantity" in values:
        to_ship, to_invoice = line.quantity_to_ship, line.quantity_to_invoice
        drafting.set_quantities(line)
        line.quantity_to_ship = to_ship if "quantity_to_ship" in values else line.quantity_to_ship
        line.quantity_to_invoice = (
            to_invoice if "quantity_to_invoice" in values else line.quantity_to_invoice
        )
    check_to_handle(line)
    line.save()
    recalculate(header)
    line.refresh_from_db()
    return line


def check_to_handle(line: SalesLine) -> None:
    """Refuse to ship or invoice more than is left of a line, or less than nothing."""
    left = {
        "quantity_to_ship": line.quantity - line.quantity_shipped,
        "quantity_to_invoice": line.quantity - line.quantity_invoiced,
    }
    for field, most in left.items():
        if not 0 <= getattr(line, field) <= most:
            raise Refused(
                _("Line %(line)s: %(field)s must lie between 0 and %(most)s, what is left.")
                % {
                    "line": line.line_number,
                    "field": caption(SalesLine, field),
                    "most": most.normalize(),
                },
                field,
            )


@transaction.atomic
def remove_line(line: SalesLine) -> None:
    """Remove a line of an open document. Raises `Refused` if something of it was posted."""
    header = line.header
    _check_open(header)
    if line.quantity_shipped or line.quantity_invoiced:
        raise Refused(
            _("Line %(line)s cannot be removed: part of it is shipped or invoiced.")
            % {"line": line.line_number}
        )
    line.delete()
    recalculate(header)


@transaction.atomic
def change_header(header: SalesHeader, **values: Any) -> SalesHeader:
    """Change fields of an open document and what follows from them. Raises `Refused`."""
    _check_open(header)
    for name, value in drafting.attributes(values):
        setattr(header, name, value)
    if "posting_date" in values or "currency" in values or "currency_id" in values:
        day = header.posting_date or timezone.localdate()
        header.currency_factor = _catalogue_of(header).factor(header.currency_id, day)
    _keep_dates_in_step(header, values)
    header.save()
    recalculate(header)
    return header


def _keep_dates_in_step(header: SalesHeader, values: Mapping[str, object]) -> None:
    moved = {"document_date", "payment_terms", "payment_terms_id"} & values.keys()
    if moved and "due_date" not in values:
        day = header.document_date or timezone.localdate()
        header.due_date = drafting.due_date(day, header.payment_terms)
    if "document_date" in values and "order_date" not in values:
        header.order_date = header.document_date


def recalculate(header: SalesHeader) -> None:
    """Calculate the amounts of a document and its lines anew, and store them."""
    lines = list(header.lines.all())
    discount = header.invoice_discount_amount
    drafting.calculate(header, lines, _catalogue_of(header), discount)
    SalesLine.objects.bulk_update(
        lines,
        [
            "line_discount_percent",
            "line_discount_amount",
            "line_amount",
            "invoice_discount_amount",
            "amount",
            "amount_including_vat",
        ],
        BULK,
    )
    header.save(update_fields=["amount", "amount_including_vat", "invoice_discount_amount"])


def _catalogue_of(header: SalesHeader) -> Catalogue:
    return read_catalogue([header.customer_id], [])


def release(header: SalesHeader) -> None:
    """Mark a document as ready for posting; nothing but posting changes it then."""
    if header.status == "released":
        return
    if not any(line.type and line.quantity for line in header.lines.all()):
        raise Refused(
            _("%(document)s has nothing to release: no line has a type and a quantity.")
            % {"document": header}
        )
    header.status = "released"
    header.save(update_fields=["status"])


def reopen(header: SalesHeader) -> None:
    """Let a released document be changed again."""
    header.status = "open"
    header.save(update_fields=["status"])


def _check_open(header: SalesHeader) -> None:
    if header.status != "open":
        raise Refused(
            _("%(document)s is released, so it cannot be changed. Reopen it first.")
            % {"document": header},
            "status",
        )


@transaction.atomic
def make_order(quote: SalesHeader) -> SalesHeader:
    """Turn a quote into an order with the same lines and prices; the quote leaves the books."""
    return _made_from(quote, "order")


@transaction.atomic
def make_invoice(quote: SalesHeader) -> SalesHeader:
    """Turn a quote into a sales invoice that is not posted yet; the quote leaves the books."""
    return _made_from(quote, "invoice")


def _made_from(quote: SalesHeader, document_type: str) -> SalesHeader:
    draft = Draft(
        customer_id=quote.customer_id,
        values=_copied_values(quote),
        lines=[_copied_line(line) for line in quote.lines.all()],
        invoice_discount_amount=quote.invoice_discount_amount,
        document_type=document_type,
    )
    made = create(draft)
    setup = SalesSetup.objects.first()
    if setup and setup.archive_quotes:
        archiving.archive(quote)
    quote.delete()
    return made


NOT_COPIED = {
    "id",
    "document_type",
    "number",
    "status",
    "customer_id",
    "amount",
    "amount_including_vat",
    "invoice_discount_amount",
    "quote_number",
}


def _copied_values(quote: SalesHeader) -> Mapping[str, object]:
    values = {
        field.attname: getattr(quote, field.attname)
        for field in SalesHeader._meta.concrete_fields
        if field.attname not in NOT_COPIED
    }
    return {**values, "quote_number": quote.number}


def _copied_line(line: SalesLine) -> DraftLine:
    return DraftLine(
        type=line.type,
        item_id=line.item_id,
        resource_id=line.resource_id,
        gl_account_id=line.gl_account_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        line_discount_amount=line.line_discount_amount,
        description=line.description,
        description_2=line.description_2,
        unit_id=line.unit_id,
        line_number=line.line_number,
    )
