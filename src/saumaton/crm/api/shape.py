"""Stored rows to JSON rows: selected columns, etags, annotations."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..described import CHOICES, NUMBERS, Column, Kind, Table
from ..problem import no_property
from ..store import Row, Session
from ..values import number_text, shower
from .filters import find_column
from .http import Request

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOGICAL = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"


def selected(table: Table, names: Sequence[str] | None) -> list[Column]:
    """Return the columns of a `$select`, the primary key first; all without one."""
    if not names or "*" in names:
        return [c for c in table.all_columns.values() if c.kind is not Kind.MEMO or c.length < 1e6]
    found = {table.key: table.all_columns[table.key]}
    for name in names:
        if name in table.navigations:  # a navigation property stands for its column
            column = table.navigations[name][0]
        elif name in table.lookups:
            raise no_property(name, table.name)
        else:
            column = find_column(table, name)
        found[column.name] = column
    currency = table.all_columns.get("transactioncurrencyid")
    if currency and any(column.kind is Kind.MONEY for column in found.values()):
        found.setdefault("transactioncurrencyid", currency)
    return list(found.values())


class Shape:
    """How rows of one table are shown in one answer."""

    def __init__(
        self, session: Session, table: Table, names: Sequence[str] | None, request: Request
    ) -> None:
        self.session = session
        self.table = table
        self.columns = selected(table, names)
        self.request = request
        self.formatted = request.wants_annotation(FORMATTED)
        self.logical = request.wants_annotation(LOGICAL)
        self.navigation = request.wants_annotation(NAVIGATION)
        self.plan = [(c.name, c.property_name, shower(c)) for c in self.columns]

    @property
    def annotated(self) -> bool:
        return self.formatted or self.logical or self.navigation

    def sql_columns(self, made: Any) -> list[Any]:
        """Return what must be read for this shape: columns, version, types of lookups."""
        names = dict.fromkeys(column.name for column in self.columns)
        if not self.table.intersect:
            names["versionnumber"] = None
        for column in self.columns:
            if column.type_name:
                names[column.type_name] = None
        return [made.c[name] for name in names]

    def rows(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Return JSON rows, in order."""
        shown = [self._row(row) for row in rows]
        if self.annotated:
            labels = self._lookup_names(rows) if self.formatted else {}
            for row, json_row in zip(rows, shown, strict=True):
                for column in self.columns:
                    self._annotate(column, row, json_row, labels)
        return shown

    def _row(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        if not self.table.intersect:
            shown["@odata.etag"] = etag(row)
        for name, key, show in self.plan:
            value = row[name]
            shown[key] = value if show is None or value is None else show(value)
        return shown

    def _annotate(self, column: Column, row: Row, shown: Row, labels: dict[str, str]) -> None:
        value = row[column.name]
        if value is None:
            return
        key = column.property_name
        if self.formatted and (label := self._label(column, value, row, labels)) is not None:
            shown[f"{key}@{FORMATTED}"] = label
        if column.kind is Kind.LOOKUP:
            target = row.get(column.type_name) or column.targets[0]
            if self.logical:
                shown[f"{key}@{LOGICAL}"] = target
            if self.navigation:
                shown[f"{key}@{NAVIGATION}"] = column.navigation_to(target)

    def _label(self, column: Column, value: Any, row: Row, labels: dict[str, str]) -> str | None:
        if column.kind is Kind.LOOKUP:
            return labels.get(value)
        if column.kind is Kind.MONEY:
            symbols = currencies(self.session)
            symbol, precision = symbols.get(row.get("transactioncurrencyid") or "", ("", 2))
            return symbol + formatted_number(value, column.decimals, precision)
        return label(column, value)

    def _lookup_names(self, rows: Iterable[Row]) -> dict[str, str]:
        wanted: dict[str, set[str]] = {}
        for column in self.columns:
            if column.kind is Kind.LOOKUP:
                for row in rows:
                    if row[column.name]:
                        target = row.get(column.type_name) or column.targets[0]
                        wanted.setdefault(target, set()).add(row[column.name])
        found: dict[str, str] = {}
        for target, ids in wanted.items():
            found |= names_of(self.session, target, sorted(ids))
        return found


def etag(row: Row) -> str:
    return f'W/"{row["versionnumber"]}"'


def names_of(session: Session, target: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the primary names of rows, by id."""
    if target not in session.model.tables:
        return {}
    table, made = session.table(target), session.sql(target)
    found: dict[str, str] = {}
    for start in range(0, len(ids), 900):
        some = made.c[table.key].in_(ids[start : start + 900])
        statement = sa.select(made.c[table.key], made.c[table.primary_name]).where(some)
        found |= {row[0]: row[1] for row in session.connection.execute(statement) if row[1]}
    return found


def currencies(session: Session) -> dict[str, tuple[str, int]]:
    """Return symbol and precision of each currency."""
    if "currencies" not in session.remembered:
        rows = session.rows_where("transactioncurrency", "statecode", [0, 1])
        session.remembered["currencies"] = {
            row["transactioncurrencyid"]: (row["currencysymbol"], row["currencyprecision"])
            for row in rows
        }
    return dict(session.remembered["currencies"])


def formatted_number(value: int, decimals: int, shown_decimals: int) -> str:
    """Return a scaled number with thousands separated, rounded half away from zero."""
    cut = max(decimals - shown_decimals, 0)
    rounded = (abs(value) + (10**cut) // 2) // 10**cut if cut else abs(value)
    text = number_text(rounded, decimals - cut)
    whole, _, fraction = text.partition(".")
    sign = "-" if value < 0 else ""
    return sign + f"{int(whole):,}" + (f".{fraction}" if fraction else "")


def label(column: Column, value: Any) -> str | None:
    """Return how a value is shown to people, for kinds that do not need other rows."""
    if column.kind in CHOICES or column.kind is Kind.YES_NO:
        return column.label_of(value)
    if column.kind in (Kind.DECIMAL, Kind.WHOLE, Kind.BIG):
        return formatted_number(value, column.decimals, column.decimals)
    if column.kind is Kind.MOMENT:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return f"{moment.month}/{moment.day}/{moment.year} {moment:%I:%M %p}".replace(" 0", " ")
    if column.kind is Kind.DATE:
        year, month, day = value.split("-")
        return f"{int(month)}/{int(day)}/{year}"
    return str(value) if column.kind in NUMBERS else None
