"""Column maps: which column of which file feeds which field, as written in TOML.

`[company]` names the company that a new installation gets, its local currency and its VAT.

A map has `[[table]]` sections, each feeding one table of Financials from one `file` (or from `rows`
written in the map itself), so that one file may feed several tables. In `[table.fields]` a field's
source is the name of a column, or a table:

    column = "City"              the column's text
    template = "{First} {Last}"  several columns and fixed text
    value = "EUR"                the same for every row
    today = true                 the day of the import
    next = true                  numbers that go on from the highest one the table has

and with `column` or `template`:

    pattern = '^(\\S+)'           the first group of a regular expression; text that does not match
                                 counts as empty
    values = { "1" = "all" }     other words for the file's words, or the name of a [values.NAME]
    default = "PCS"              what an empty value becomes
    by = "email"                 the field that names a row of another table; its key if unsaid
    decimal = ","  date = "%d.%m.%Y"  upper = true

A table's rows are chosen with `where = { Column = "text" }` and `unless = { Column = ["", "0"] }`.
`key` names the fields that tell its rows apart; `existing` says what becomes of a row whose key
Financials has already: "refuse" (the default), "keep" what is there, or "update" it.
`single = true` marks a table of one row, which is updated.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .problems import BadInput, Problem

FILE_NAME = "import.toml"
COMPANY = {"name", "country", "lcy_code", "symbol", "currency_name", "vat_percent"}
EXISTING = ("refuse", "keep", "update")


@dataclass(frozen=True)
class Source:
    """Where the value of one field comes from, and how it is written there."""

    column: str = ""
    template: str = ""
    value: Any = None
    today: bool = False
    next: bool = False
    pattern: str = ""
    values: Any = field(default_factory=dict)
    default: str = ""
    by: str = ""
    decimal: str = "."
    date: str = "%Y-%m-%d"
    upper: bool = False

    def columns(self) -> Iterator[str]:
        """Yield the columns it reads."""
        if self.column:
            yield self.column
        for part in self.template.split("{")[1:]:
            yield part.partition("}")[0]


@dataclass(frozen=True)
class Section:
    """One table to feed, or the orders or their lines."""

    table: str = ""
    file: str = ""
    rows: tuple[Mapping[str, Any], ...] = ()
    key: tuple[str, ...] = ()
    existing: str = "refuse"
    single: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Source] = field(default_factory=dict)

    def columns(self) -> set[str]:
        read = {column for source in self.fields.values() for column in source.columns()}
        return read | set(self.where) | set(self.unless)


@dataclass(frozen=True)
class ColumnMap:
    """A whole map. `file` is its own file, for the reports."""

    file: str
    name: str
    sections: tuple[Section, ...]
    orders: Section | None = None
    lines: Section | None = None
    company: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","

    def all_sections(self) -> Iterator[Section]:
        yield from self.sections
        yield from filter(None, (self.orders, self.lines))

    def needs(self) -> dict[str, set[str]]:
        """Return the columns the map reads, by file."""
        needed: dict[str, set[str]] = {}
        for section in self.all_sections():
            if section.file:
                needed.setdefault(section.file, set()).update(section.columns())
        return needed


class _Unusable(Exception):
    """A sentence about a map that can't be used."""


def read_map(path: Path) -> ColumnMap:
    """Return the map written in a TOML file. Raises `BadInput` with what is wrong with it."""
    try:
        return _map(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = _("The map can't be read: %(error)s.") % {"error": error}
    except _Unusable as error:
        reason = str(error)
    raise BadInput([Problem(path.name, 0, "", reason)])


def _map(file: str, written: dict[str, Any]) -> ColumnMap:
    known = {
        "name", "company", "ignore", "encoding", "delimiter", "defaults", "values", "table",
        "orders",
    }  # fmt: skip
    _only(written, known, _("the map"))
    company = dict(written.get("company", {}))
    _only(company, COMPANY, "[company]")
    if "vat_percent" in company:
        company["vat_percent"] = Decimal(str(company["vat_percent"]))
    usual = _Usual(written.get("defaults", {}), written.get("values", {}))
    orders = dict(written.get("orders", {}))
    lines = orders.pop("lines", None)
    return ColumnMap(
        file=file,
        name=str(written.get("name", file)),
        sections=tuple(usual.section(table) for table in written.get("table", [])),
        orders=usual.section({"table": "orders", **orders}) if orders else None,
        lines=usual.section({"table": "orders.lines", **lines}) if lines else None,
        company=company,
        ignore=tuple(written.get("ignore", ())),
        encoding=str(written.get("encoding", "utf-8")),
        delimiter=str(written.get("delimiter", ",")),
    )


@dataclass(frozen=True)
class _Usual:
    """What holds for the whole map unless a source says otherwise."""

    defaults: Mapping[str, Any]
    values: Mapping[str, Mapping[str, str]]

    def section(self, written: Mapping[str, Any]) -> Section:
        name = str(written.get("table", ""))
        _only(written, {part.name for part in fields(Section)}, name or "[[table]]")
        file = str(written.get("file", ""))
        if file != Path(file).name:
            raise _Unusable(
                _("“%(file)s” is not the name of a file in the folder.") % {"file": file}
            )
        section = Section(**{**written, "fields": {}})
        if section.existing not in EXISTING:
            raise _Unusable(
                _("%(table)s: existing is one of %(words)s.")
                % {"table": name, "words": ", ".join(EXISTING)}
            )
        sources = written.get("fields", {})
        return replace(
            section,
            key=tuple(section.key),
            rows=tuple(section.rows),
            fields={field: self._source(f"{name}.{field}", sources[field]) for field in sources},
        )

    def _source(self, place: str, written: Any) -> Source:
        given = {"column": written} if isinstance(written, str) else dict(written)
        _only(given, {part.name for part in fields(Source)}, place)
        source = Source(**{**self.defaults, **given})
        ways = (source.column, source.template, source.value is not None, source.today, source.next)
        if sum(map(bool, ways)) != 1:
            raise _Unusable(
                _("%(place)s needs one of column, template, value, today and next.")
                % {"place": place}
            )
        if isinstance(source.values, str):
            if source.values not in self.values:
                raise _Unusable(
                    _("%(place)s: there is no [values.%(name)s] in the map.")
                    % {"place": place, "name": source.values}
                )
            source = replace(source, values=self.values[source.values])
        return source


def _only(written: Mapping[str, Any], known: set[str], place: str) -> None:
    if unknown := sorted(set(written) - known):
        raise _Unusable(
            _("%(place)s: “%(word)s” is not a word of maps; known are %(known)s.")
            % {"place": place, "word": unknown[0], "known": ", ".join(sorted(known))}
        )
