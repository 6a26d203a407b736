"""A table of the CRM as a source of windows, read and written through the Web API."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from saumaton.pages.fields import Field, Reference
from saumaton.pages.source import COUNTED_AT_MOST, Invalid, Missing, Query, Record, Slice

from ..described import CHOICES, Column, Kind, Table, parse_id
from ..tables import TABLES
from . import captions, webapi
from .conditions import condition

KINDS = {
    Kind.MEMO: "multiline",
    Kind.WHOLE: "integer",
    Kind.BIG: "integer",
    Kind.DECIMAL: "quantity",
    Kind.DOUBLE: "quantity",
    Kind.MONEY: "money",
    Kind.YES_NO: "boolean",
    Kind.DATE: "date",
    Kind.MOMENT: "datetime",
    Kind.CHOICE: "choice",
    Kind.STATE: "choice",
    Kind.STATUS: "choice",
    Kind.LOOKUP: "lookup",
}
TEXT_KINDS = (
    ("telephone", "phone"),
    ("mobilephone", "phone"),
    ("fax", "phone"),
    ("email", "email"),
    ("url", "url"),
)


class TableSource:
    """The rows of one table that the signed-in user may see.

    `search` names the text columns that a search looks into, the code people type first.
    """

    def __init__(self, table: str, search: Sequence[str] = (), order: str = "") -> None:
        self.table: Table = TABLES[table]
        self.search = tuple(search) or (self.table.primary_name,)
        self.order = order or self.table.primary_name

    def column(self, name: str) -> Column:
        return self.table.all_columns[name]

    def describe(self, name: str) -> Field:
        return field_of(self.table, self.column(name))

    # --- reading ---

    def slice(self, query: Query, after: str = "", size: int = 50) -> Slice:
        if after:
            path = f"{self.table.set_name}?{_opened(after)}"
            prefer = f"{webapi.ANNOTATED},odata.maxpagesize={size}"
            answer = webapi.ask("GET", path, prefer=prefer)
        else:
            answer = webapi.rows(
                self.table.set_name,
                page_size=size,
                select=self._select(query.columns),
                filter=self._filter(query),
                orderby=self._order(query.order or self.order),
            )
        more = urlsplit(answer.get("@odata.nextLink", "")).query
        return Slice(self._records(answer["value"], query.columns), _closed(more) if more else "")

    def count(self, query: Query, limit: int = COUNTED_AT_MOST) -> int:
        return webapi.count(self.table.set_name, self._filter(query))

    def get(self, key: str, fields: Sequence[str]) -> Record:
        path = f"{self.table.set_name}({self._id(key)})?$select={self._select(fields)}"
        return self._records([webapi.ask("GET", path, prefer=webapi.ANNOTATED)], fields)[0]

    def _id(self, key: str) -> str:
        if row_id := parse_id(key):
            return row_id
        raise Missing(key)

    def _select(self, names: Sequence[str]) -> str:
        properties = [self.column(name).property_name for name in names]
        return ",".join(dict.fromkeys([self.table.key, *properties]))

    def _order(self, order: str) -> str:
        name = order.removeprefix("-")
        direction = " desc" if order.startswith("-") else ""
        return f"{self.column(name).property_name}{direction},{self.table.key}"

    def _filter(self, query: Query) -> str:
        conditions = []
        for word in query.search.split():
            conditions.append(
                webapi.any_of([f"contains({name},{webapi.text(word)})" for name in self.search])
            )
        for name, text in query.filters.items():
            conditions.append(condition(self.describe(name), self.column(name), text))
        return webapi.all_of(conditions)

    def _records(self, found: Sequence[dict[str, Any]], names: Sequence[str]) -> list[Record]:
        return [
            Record(
                key=row[self.table.key],
                values={name: value_of(self.column(name), row) for name in names},
                row=row,
            )
            for row in found
        ]

    # --- writing ---

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        sent = self.as_sent(values)
        if key:
            webapi.ask("PATCH", f"{self.table.set_name}({self._id(key)})", sent)
            return key
        sent = {name: value for name, value in sent.items() if value is not None}
        made = webapi.ask("POST", self.table.set_name, sent, prefer="return=representation")
        return str(made[self.table.key])

    def as_sent(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as the Web API takes them."""
        sent: dict[str, Any] = {}
        for name, value in values.items():
            column = self.column(name)
            if column.name == "ownerid" and not value:
                continue  # a record always has an owner: the one it has, or who makes it
            if column.kind is Kind.LOOKUP:
                target = column.targets[0]
                bound = f"/{TABLES[target].set_name}({value})" if value else None
                sent[f"{column.navigation_to(target)}@odata.bind"] = bound
            elif column.kind in CHOICES:
                sent[name] = int(value) if value not in ("", None) else None
            elif isinstance(value, datetime | date):
                sent[name] = value.isoformat()
            else:
                sent[name] = None if value == "" else value
        return sent

    def delete(self, key: str) -> None:
        webapi.ask("DELETE", f"{self.table.set_name}({self._id(key)})")

    # --- looking up ---

    def find(self, text: str) -> Reference | None:
        exactly = webapi.any_of([f"{name} eq {webapi.text(text)}" for name in self.search])
        found = self._references(exactly, 2) or self._references(self._beginning(text), 2)
        return found[0] if len(found) == 1 else None

    def suggest(self, text: str, size: int = 12) -> Sequence[Reference]:
        return self._references(self._beginning(text) if text else "", size)

    def _beginning(self, text: str) -> str:
        return webapi.any_of([f"startswith({name},{webapi.text(text)})" for name in self.search])

    def _references(self, wanted: str, size: int) -> list[Reference]:
        name = self.table.primary_name
        answer = webapi.rows(
            self.table.set_name,
            select=self._select((*self.search, name)),
            filter=wanted,
            orderby=self.search[0],
            top=str(size),
        )
        return [
            Reference(
                row[self.table.key],
                str(row.get(name) or ""),
                " · ".join(
                    str(row[part]) for part in self.search if part != name and row.get(part)
                ),
                self.table.name,
            )
            for row in answer["value"]
        ]


def field_of(table: Table, column: Column) -> Field:
    """Return a column as a window shows it."""
    made = column.name == table.key or not (column.create or column.update)
    return Field(
        name=column.name,
        caption=captions.of(table.name, column),
        kind=_kind(column),
        readonly=made or column.kind in (Kind.STATE, Kind.STATUS),
        required=column.required and column.kind is not Kind.STATE and column.name != "ownerid",
        choices=tuple((value, captions.option(label)) for value, label in column.options)
        if column.kind is not Kind.YES_NO
        else (),
        lookup=column.targets[0] if column.targets else "",
        maximum_length=column.length or None,
        sortable=column.kind is not Kind.LOOKUP,
        initial=column.default if column.kind in CHOICES else None,
    )


def _kind(column: Column) -> str:
    if column.kind is Kind.TEXT:
        return next((kind for word, kind in TEXT_KINDS if word in column.name), "text")
    if "percent" in column.name:
        return "percent"
    return KINDS.get(column.kind, "text")


def value_of(column: Column, row: Mapping[str, Any]) -> Any:
    """Return a row's value as windows know it."""
    value = row.get(column.property_name)
    if value is None:
        return None
    match column.kind:
        case Kind.LOOKUP:
            shown = row.get(f"{column.property_name}@{webapi.FORMATTED}") or value
            page = row.get(f"{column.property_name}@{webapi.LOGICAL_NAME}") or column.targets[0]
            return Reference(value, shown, "", page)
        case Kind.MONEY | Kind.DECIMAL:
            return Decimal(str(value))
        case Kind.DATE:
            return date.fromisoformat(value[:10])
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
    return value


def _closed(query: str) -> str:
    return base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")


def _opened(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except ValueError:
        raise Missing(token) from None


__all__ = ["Invalid", "TableSource", "field_of", "value_of"]
