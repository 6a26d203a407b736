"""Posted documents as copies of what they are made from, their numbers, and the stock they move."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from saumaton.financials import ledger
from saumaton.financials.errors import MissingSetup
from saumaton.financials.models import Item, ItemLedgerEntry, SalesHeader, SalesSetup
from saumaton.financials.models.fields import caption
from saumaton.financials.models.posted import PostedHeader, PostedLine
from saumaton.financials.numbers import next_number


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
