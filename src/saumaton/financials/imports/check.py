"""What a row's rightness depends on beyond itself: other rows of the files, and the database."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from .drafts import Draft, Drafts
from .problems import Wrong

CHUNK = 500


def model_of(table: str) -> type[models.Model]:
    """Return the model of a table named in snake case. Raises `LookupError`."""
    return apps.get_model("financials", table.replace("_", ""))


def noun(model: type[models.Model], count: int = 1) -> str:
    """Return what people call a row, or several rows, of the table, within a sentence."""
    options = model._meta
    name = options.verbose_name if count == 1 else options.verbose_name_plural
    return str(name).lower()


def field_of(model: type[models.Model], name: str) -> models.Field:
    """Return the field of this name that the table has a column for."""
    return next(field for field in model._meta.concrete_fields if field.name == name)


def business_key(model: type[models.Model]) -> tuple[str, ...]:
    """Return the names of the fields by which people tell the table's rows apart."""
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            return (field.name,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and not constraint.condition:
            return tuple(constraint.fields)
    return ()


def is_scalar(model: type[models.Model], key: Sequence[str]) -> bool:
    """Is the key made of the row's own values alone?"""
    return not any(model._meta.get_field(name).is_relation for name in key)


class Keys:
    """The keys that rows to be have taken, by table: two sections may feed the same one."""

    def __init__(self) -> None:
        self.taken: dict[type[models.Model], dict[tuple[Any, ...], tuple[Drafts, Draft]]] = {}

    def match(self, model: type[models.Model], drafts: Drafts, key: tuple[str, ...]) -> None:
        """Note keys that come twice, and rows that are in the database already."""
        taken = self.taken.setdefault(model, {})
        fresh: dict[tuple[Any, ...], Draft] = {}
        for row in drafts.rows:
            if any(name not in row.values for name in key):
                continue  # what is wrong with the key itself has been said
            values = tuple(row.values[name] for name in key)
            there, other = taken.setdefault(values, (drafts, row))
            if other is row:
                fresh[values] = row
            else:
                drafts.problem(row, key[0], _twice(key, row, drafts, there, other))
        for values, id in _stored(model, key, list(fresh)):
            if values in fresh:
                _meet(fresh[values], id, drafts, key)


def _named(drafts: Drafts, key: tuple[str, ...], row: Draft) -> dict[str, str]:
    shown = ", ".join(str(row.references.get(name, row.values[name])) for name in key)
    return {"table": noun(model_of(drafts.section.table)), "key": shown}


def _twice(key: tuple[str, ...], row: Draft, drafts: Drafts, there: Drafts, other: Draft) -> Wrong:
    named = _named(drafts, key, row)
    if not there.section.file:
        return Wrong(_("The %(table)s “%(key)s” is in the map already.") % named)
    return Wrong(
        _("The %(table)s “%(key)s” is on line %(line)d of %(file)s already.")
        % {**named, "line": other.line.number, "file": there.sheet.name},
        _("Remove one of the two."),
    )


def _meet(row: Draft, id: UUID, drafts: Drafts, key: tuple[str, ...]) -> None:
    if drafts.section.existing == "refuse":
        remedy = _("Remove the line, or let the map keep or update what exists.")
        reason = _("The %(table)s “%(key)s” is in the database already.") % _named(drafts, key, row)
        drafts.problem(row, key[0], Wrong(reason, remedy))
    row.id = id
    row.there_already = True


def _stored(
    model: type[models.Model], key: tuple[str, ...], wanted: list[tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], UUID]]:
    columns = [field_of(model, name).attname for name in key]
    for firsts in _chunks(sorted({values[0] for values in wanted}, key=str)):
        rows = model._default_manager.filter(**{f"{columns[0]}__in": firsts})
        for *values, id in rows.values_list(*columns, "pk"):
            yield tuple(values), id


class References:
    """Finds rows of other tables by their keys: among the rows to be, then in the database."""

    def __init__(self) -> None:
        self.tables: dict[type[models.Model], list[Drafts]] = {}
        self.found: dict[tuple[type[models.Model], str], dict[str, UUID]] = {}

    def add(self, model: type[models.Model], drafts: Drafts) -> None:
        self.tables.setdefault(model, []).append(drafts)

    def resolve(self, model: type[models.Model], drafts: Drafts) -> None:
        """Put ids where the rows name other rows; note names that nothing bears."""
        for name, source in drafts.section.fields.items():
            target = field_of(model, name).related_model
            if isinstance(target, type):
                rows = [row for row in drafts.rows if name in row.references]
                known = self.known(target, source.by, (row.references[name] for row in rows))
                for row in rows:
                    key = row.references[name]
                    if (id := known.get(as_kept(target, source.by, key))) is None:
                        drafts.problem(row, name, unknown(target, key))
                    else:
                        row.values[name] = id

    def known(self, model: type[models.Model], by: str, keys: Iterable[str]) -> dict[str, UUID]:
        """Return the ids of the rows that bear these keys, by key."""
        by = by or business_key(model)[0]
        found = self.found.setdefault((model, by), self._to_be(model, by))
        missing = sorted({as_kept(model, by, key) for key in keys} - set(found))
        for chunk in _chunks(missing):
            rows = model._default_manager.filter(**{f"{by}__in": chunk})
            found.update((str(key), id) for key, id in rows.values_list(by, "pk"))
        return found

    def _to_be(self, model: type[models.Model], by: str) -> dict[str, UUID]:
        return {
            str(row.values[by]): row.id
            for drafts in self.tables.get(model, [])
            for row in drafts.rows
            if by in row.values
        }


def as_kept(model: type[models.Model], by: str, key: str) -> str:
    """Return the key as its field keeps it: codes are kept in upper case."""
    return str(field_of(model, by or business_key(model)[0]).to_python(key))


def unknown(model: type[models.Model], key: str) -> Wrong:
    """Return the sentence about a reference that leads nowhere."""
    return Wrong(
        _("There is no %(table)s “%(key)s”.") % {"table": noun(model), "key": key},
        _("Correct it, or add what it refers to."),
    )


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
