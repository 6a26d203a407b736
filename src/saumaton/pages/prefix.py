"""Search in a table too large to be read through: by how an indexed field begins.

`LIKE` can't use an ordinary index without regard to case, so a beginning is sought as ranges, one
for each usual way to write it. Matches come field by field, each in its field's order: the first
page then costs a few index entries, however many rows match.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

LARGE = 20_000
HIGHEST = "\U0010ffff"


def is_large(rows: QuerySet[Any]) -> bool:
    """Are there more rows than a search should read through?"""
    return rows.order_by()[: LARGE + 1].count() > LARGE


def indexed(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """Return those of the fields that an index begins with."""
    first = {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields}
    known: dict[str, Any] = {field.name: field for field in model._meta.concrete_fields}
    return [
        name
        for name in names
        if name in known and (known[name].unique or known[name].db_index or name in first)
    ]


def ranges(names: Sequence[str], text: str) -> list[tuple[str, Q]]:
    """Return the field and the condition of every range an index can seek; no two overlap."""
    starts = dict.fromkeys((text, text.capitalize(), text.title(), text.upper(), text.lower()))
    return [
        (name, Q(**{f"{name}__gte": start, f"{name}__lt": start + HIGHEST}))
        for name in names
        for start in starts
    ]


def condition(names: Sequence[str], text: str) -> Q:
    """Return the condition that one of the fields begins with the text."""
    found = Q()
    for _name, part in ranges(names, text):
        found |= part
    return found


def count(rows: QuerySet[Any], names: Sequence[str], text: str, limit: int) -> int:
    """Return how many rows match, counted up to the limit and one more."""
    counted = 0
    for _name, part in ranges(names, text):
        counted += rows.filter(part).order_by()[: limit + 1].count()
        if counted > limit:
            return limit + 1
    return rows.filter(condition(names, text)).order_by().count()


def matches(
    rows: QuerySet[Any], names: Sequence[str], text: str, start: int, size: int
) -> list[Any]:
    """Return the matching rows from `start` on, at most `size`, field by field, none twice.

    Each range is read on its own: together they would have to be sorted before the first row.
    """
    wanted = start + size
    found: dict[Any, Any] = {}
    for name, part in ranges(names, text):
        for row in rows.filter(part).order_by(name, "pk")[:wanted]:
            found.setdefault(row.pk, row)
        if len(found) >= wanted:
            break
    return list(found.values())[start:wanted]
