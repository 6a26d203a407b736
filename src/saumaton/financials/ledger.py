"""What the ledgers say: stock, balances, what remains to be paid. All are exact sums of entries."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from saumaton.financials.errors import MissingSetup
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import (
    DetailedCustomerLedgerEntry,
    GeneralLedgerSetup,
    ItemLedgerEntry,
    SalesLine,
)

CHUNK = 10_000
ZERO = Decimal(0)


class Remaining(NamedTuple):
    """What is left of a customer ledger entry, in its currency and in LCY."""

    amount: Decimal
    amount_lcy: Decimal


def stock(item_ids: Iterable[UUID], location_id: UUID | None = None) -> dict[UUID, Decimal]:
    """Return the quantity on hand of each of these items, in base units."""
    entries = ItemLedgerEntry.objects.all()
    if location_id:
        entries = entries.filter(location_id=location_id)
    return _sums(entries, "item", "quantity", item_ids)


def on_sales_orders(item_ids: Iterable[UUID], until: date | None = None) -> dict[UUID, Decimal]:
    """Return what orders still have to deliver of each item, in base units, by a day if given."""
    lines = SalesLine.objects.filter(header__document_type="order", type="item")
    if until:
        lines = lines.filter(shipment_date__lte=until)
    return _sums(lines, "item", "outstanding_base", item_ids)


def available(item_ids: Iterable[UUID], until: date | None = None) -> dict[UUID, Decimal]:
    """Return what can still be promised of each item: stock less open demand."""
    ids = list(item_ids)
    on_hand, ordered = stock(ids), on_sales_orders(ids, until)
    return {id: on_hand[id] - ordered[id] for id in ids}


def balances(customer_ids: Iterable[UUID], due_by: date | None = None) -> dict[UUID, Decimal]:
    """Return what each customer owes in LCY; with a day, only what is due by then."""
    entries = DetailedCustomerLedgerEntry.objects.all()
    if due_by:
        entries = entries.filter(entry__due_date__lte=due_by)
    return _sums(entries, "customer", "amount_lcy", customer_ids)


def remaining(entry_ids: Iterable[UUID]) -> dict[UUID, Remaining]:
    """Return what is left of each of these customer ledger entries."""
    found: dict[UUID, Remaining] = {}
    ids = list(entry_ids)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = (
            DetailedCustomerLedgerEntry.objects.filter(entry_id__in=chunk)
            .values("entry_id")
            .annotate(left=ExactSum("amount"), left_lcy=ExactSum("amount_lcy"))
        )
        found.update({row["entry_id"]: Remaining(row["left"], row["left_lcy"]) for row in rows})
    return {id: found.get(id, Remaining(ZERO, ZERO)) for id in ids}


def lock() -> GeneralLedgerSetup:
    """Let nobody else post until this transaction ends, so that entry numbers have no gaps."""
    setup = GeneralLedgerSetup.objects.select_for_update().first()
    if setup is None:
        raise MissingSetup(_("General Ledger Setup is empty. Set the company up first."))
    return setup


def next_entry_number(model: type[Model]) -> int:
    """Return the number of the next entry of a ledger. Call `lock` first."""
    return (model._default_manager.aggregate(last=Max("entry_number"))["last"] or 0) + 1


def _sums(rows: QuerySet[Any], key: str, value: str, ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    wanted = list(ids)
    found: dict[UUID, Decimal] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        grouped = rows.filter(**{f"{key}__in": chunk}).values(f"{key}_id")
        for row in grouped.annotate(total=ExactSum(value)).order_by():
            found[row[f"{key}_id"]] = row["total"]
    return {id: found.get(id, ZERO) for id in wanted}
