"""Records of a Django model as a source of windows."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.db.models import F, ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _

from saumaton.pages import prefix
from saumaton.pages.fields import Field, Reference
from saumaton.pages.orm_fields import (
    code_field,
    described,
    find_field,
    reference,
    snake_case,
    value_of,
)
from saumaton.pages.source import COUNTED_AT_MOST, Invalid, Missing, Query, Record, Slice

Computed = Callable[[Sequence[Any]], Mapping[Any, Any]]


class OrmSource:
    """A model's rows.

    `search` names the fields a search looks into. `computed` gives columns the table does not hold:
    a function from the rows shown to their values by primary key. `narrow` limits what is seen.
    `prepare` is called with an instance before it is saved and whether it is new.
    `filters` gives the conditions of filters that are no field of the table, from their text.
    `optional` fields may be left empty because `prepare` fills them.
    `page` names the page of these records, where it is not the model's own name.
    """

    def __init__(
        self,
        model: type[models.Model],
        *,
        search: Sequence[str] = (),
        order: str = "",
        code: str = "",
        computed: Mapping[str, Computed] | None = None,
        fields: Sequence[Field] = (),
        narrow: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows,
        prepare: Callable[[Any, bool], None] = lambda instance, new: None,
        filters: Mapping[str, Callable[[str], Q]] | None = None,
        page: str = "",
        optional: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.code = code or code_field(model)
        self.search = tuple(search) or (self.code,)
        self.order = order or self.code
        self.computed = dict(computed or {})
        self.fields = {field.name: field for field in fields}
        self.narrow = narrow
        self.prepare = prepare
        self.filters = dict(filters or {})
        self.page = page or snake_case(model.__name__)
        self.optional = frozenset(optional)

    def describe(self, name: str) -> Field:
        if name in self.computed or name in self.filters:
            described_field = Field(name, caption=name, kind="text", readonly=True)
        else:
            described_field = described(self.model, name)
        if name in self.optional:
            described_field = replace(described_field, required=False)
        return self.fields[name].over(described_field) if name in self.fields else described_field

    def rows(self, query: Query) -> QuerySet[Any]:
        """Return the rows a query means; a search in a large table is by beginnings alone."""
        rows = self.filtered(query)
        if query.search and self.is_large():
            return rows.filter(prefix.condition(self.beginnings, query.search))
        for word in query.search.split():
            condition = Q()
            for name in self.search:
                condition |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(condition)
        return rows

    def filtered(self, query: Query) -> QuerySet[Any]:
        rows = self.narrow(self.model._default_manager.all())
        for name, text in query.filters.items():
            rows = rows.filter(self.condition(name, text))
        return rows

    def is_large(self) -> bool:
        return bool(self.beginnings) and prefix.is_large(self.model._default_manager.all())

    @cached_property
    def beginnings(self) -> list[str]:
        """The searched fields that an index can find by how they begin."""
        return prefix.indexed(self.model, self.search)

    def condition(self, name: str, text: str) -> Q:
        """Return the condition a filter's text means. Raises `Invalid` if it means nothing."""
        from saumaton.pages.filters import condition

        if name in self.filters:
            return self.filters[name](text)
        return condition(self.describe(name), text)

    def slice(self, query: Query, after: str = "", size: int = 50) -> Slice:
        order = query.order or self.order
        name = order.removeprefix("-")
        if not self.describe(name).sortable:
            order = name = self.order
        if query.search and not query.order and self.is_large():
            return self._searched(query, after, size)
        rows = self.rows(query).select_related(*self.related((*query.columns, name)))
        ordered, start = self._ordered(rows, order), 0
        if after:
            ordered, start = self._after(ordered, order, _read_token(after))
        found = list(ordered[start : start + size + 1])
        more = len(found) > size
        shown = found[:size]
        token = self._token(order, shown[-1], start + size) if more else ""
        return Slice(self.records(shown, query.columns), token)

    def _searched(self, query: Query, after: str, size: int) -> Slice:
        """Return matches of a search in a large table, the best field's first."""
        rows = self.filtered(query).select_related(*self.related(query.columns))
        start = int(_read_token(after)[0]) if after else 0
        found = prefix.matches(rows, self.beginnings, query.search, start, size + 1)
        token = _write_token([start + size]) if len(found) > size else ""
        return Slice(self.records(found[:size], query.columns), token)

    def _ordered(self, rows: QuerySet[Any], order: str) -> QuerySet[Any]:
        name = order.removeprefix("-")
        if order.startswith("-"):
            return rows.order_by(F(name).desc(nulls_last=True), "-pk")
        return (
            rows.order_by(F(name).asc(nulls_first=True), "pk")
            if self._nullable(name)
            else (rows.order_by(name, "pk"))
        )

    def _nullable(self, name: str) -> bool:
        return "__" in name or bool(find_field(self.model, name).null)

    def _after(
        self, rows: QuerySet[Any], order: str, token: list[Any]
    ) -> tuple[QuerySet[Any], int]:
        """Return the rows behind the token: by value where none is empty, else by counting."""
        if len(token) == 1:
            return rows, int(token[0])
        name, than = order.removeprefix("-"), "lt" if order.startswith("-") else "gt"
        value, key = token
        behind = Q(**{f"{name}__{than}": value}) | Q(**{name: value, f"pk__{than}": key})
        # The first condition lets the database seek in the index; the second is exact.
        return rows.filter(Q(**{f"{name}__{than}e": value}), behind), 0

    def _token(self, order: str, last: Any, shown: int) -> str:
        name = order.removeprefix("-")
        if self._nullable(name):
            return _write_token([shown])
        return _write_token(
            [str(getattr(last, find_field(self.model, name).attname)), str(last.pk)]
        )

    def related(self, names: Sequence[str]) -> list[str]:
        """Return the relations that these columns need, to be read in the same query."""
        needed = set()
        for name in names:
            if name in self.computed:
                continue
            parts = name.split("__")
            if len(parts) > 1:
                needed.add("__".join(parts[:-1]))
            if find_field(self.model, name).is_relation:
                needed.add(name)
        return sorted(needed)

    def records(self, rows: Sequence[Any], names: Sequence[str]) -> list[Record]:
        computed = {name: self.computed[name](rows) for name in names if name in self.computed}
        return [
            Record(
                key=str(row.pk),
                values={
                    name: computed[name].get(row.pk) if name in computed else value_of(row, name)
                    for name in names
                },
                row=row,
            )
            for row in rows
        ]

    def count(self, query: Query, limit: int = COUNTED_AT_MOST) -> int:
        if query.search and self.is_large():
            return prefix.count(self.filtered(query), self.beginnings, query.search, limit)
        return self.rows(query).order_by()[: limit + 1].count()

    def instance(self, key: str) -> Any:
        try:
            return self.narrow(self.model._default_manager.all()).get(pk=key)
        except (ObjectDoesNotExist, ValidationError, ValueError):
            raise Missing(key) from None

    def get(self, key: str, fields: Sequence[str]) -> Record:
        return self.records([self.instance(key)], fields)[0]

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        row = self.instance(key) if key else self.model()
        for name, value in values.items():
            field = find_field(self.model, name)
            empty = "" if field.empty_strings_allowed and not field.null else value
            setattr(row, field.attname, empty if value is None else value)
        try:
            with transaction.atomic():
                self.prepare(row, key is None)
                row.full_clean()
                row.save()
        except ValidationError as error:
            raise Invalid(_by_field(error)) from None
        return str(row.pk)

    def delete(self, key: str) -> None:
        row = self.instance(key)
        try:
            row.delete()
        except (ProtectedError, models.RestrictedError):
            raise Invalid({"": [_("“%s” can't be deleted: other records use it.") % row]}) from None
        except ValidationError as error:
            raise Invalid(_by_field(error)) from None

    def find(self, text: str) -> Reference | None:
        rows = self.narrow(self.model._default_manager.all())
        if self.is_large():
            found = list(rows.filter(**{self.code: text})[:1])
            found = found or prefix.matches(rows, self.beginnings, text, 0, 2)
        else:
            exact = rows.filter(**{f"{self.code}__iexact": text})[:2]
            found = list(exact) or list(rows.filter(self._named(text))[:2])
        return reference(found[0], self.page) if len(found) == 1 else None

    def _named(self, text: str) -> Q:
        condition = Q(**{f"{self.code}__istartswith": text})
        for name in self.search[1:]:
            condition |= Q(**{f"{name}__istartswith": text})
        return condition

    def suggest(self, text: str, size: int = 12) -> Sequence[Reference]:
        rows = self.narrow(self.model._default_manager.all())
        if text and self.is_large():
            found = prefix.matches(rows, self.beginnings, text, 0, size)
        else:
            named = rows.filter(self._named(text)) if text else rows
            found = list(named.order_by(self.code)[:size])
        return [reference(row, self.page) for row in found]


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if not hasattr(error, "error_dict"):
        return {"": list(error.messages)}
    return {"" if name == "__all__" else name: texts for name, texts in error.message_dict.items()}


def _write_token(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read_token(token: str) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        raise Missing(token) from None
    if not isinstance(values, list) or len(values) not in (1, 2):
        raise Missing(token)
    return values
