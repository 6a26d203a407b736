"""The feed of changes: what happened to a table since a token, read from the change log."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from saumaton.financials.models import Change
from saumaton.financials.triggers import TRACKED
from saumaton.sync.ports import Changes

# SQLite takes at most 250,000 parameters in one statement; older builds 32,766.
CHUNK = 10_000
T = TypeVar("T")


class Stamp(NamedTuple):
    """A row's last entry in the change log: its number, and when it was written."""

    version: int
    at: datetime


def model_of(table_name: str) -> type[models.Model]:
    """Return the model of a tracked table. Raises `KeyError` for a table that is not tracked."""
    return apps.get_model("financials", TRACKED[table_name].removeprefix("financials_"))


def changed_since(table_name: str, token: str | None) -> Changes:
    """Return the ids inserted, updated or deleted since the token, which an earlier call gave.

    Everything is returned for no token and for one that this log did not give. An id may be
    returned twice, by two calls; none is ever left out, also while other transactions are open.
    """
    mark = _mark()
    seen = _number(token, mark)
    if seen is None:
        rows = model_of(table_name)._default_manager.values_list("pk", flat=True)
        return Changes(frozenset(rows.iterator()), str(mark), everything=True)
    field = "transaction__gte" if connection.vendor == "postgresql" else "id__gt"
    log = Change.objects.filter(table=table_name, **{field: seen})
    ids = log.values_list("row", flat=True).distinct()
    return Changes(frozenset(ids.iterator()), str(mark), everything=False)


def versions(table_name: str, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the version of each of these rows: the number of its last entry in the log."""
    found: dict[UUID, int] = {}
    for chunk in _chunks(ids):
        log = Change.objects.filter(table=table_name, row__in=chunk)
        found.update(log.values_list("row").annotate(last=Max("id")))
    return found


def stamps(table_name: str, ids: Iterable[UUID]) -> dict[UUID, Stamp]:
    """Return the version and the time of the last change of each of these rows."""
    numbers = versions(table_name, ids)
    found: dict[UUID, Stamp] = {}
    for chunk in _chunks(numbers.values()):
        for id, row, at in Change.objects.filter(id__in=chunk).values_list("id", "row", "at"):
            found[row] = Stamp(id, at)
    return found


def prune(older_than: timedelta = timedelta(days=1)) -> int:
    """Remove log entries that a later one of the same row makes superfluous; return how many.

    The last entry of a row stays for ever, so that no reader misses it, whatever its token.
    """
    # On PostgreSQL a later entry may come from an earlier transaction: a reader whose token lies
    # between the two has seen only one of them, so such an entry stays.
    later = Change.objects.filter(
        table=OuterRef("table"),
        row=OuterRef("row"),
        id__gt=OuterRef("id"),
        transaction__gte=OuterRef("transaction"),
    )
    old = Change.objects.filter(at__lt=timezone.now() - older_than)
    return old.filter(Exists(later)).delete()[0]


def _mark() -> int:
    """Return a number below which everything is visible to whoever asks from now on.

    SQLite has one writer at a time, so numbers become visible in order. On PostgreSQL an earlier
    number may be committed later; there the mark is the oldest transaction that is still open, and
    what newer ones have written is simply read again the next time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return int(cursor.fetchone()[0])
    return Change.objects.aggregate(last=Max("id"))["last"] or 0


def _number(token: str | None, mark: int) -> int | None:
    if token is None or not token.isdecimal():
        return None
    number = int(token)
    return number if number <= mark else None  # a token from the future: another database's


def _chunks(values: Iterable[T]) -> Iterable[list[T]]:
    rest = list(values)
    for start in range(0, len(rest), CHUNK):
        yield rest[start : start + CHUNK]
