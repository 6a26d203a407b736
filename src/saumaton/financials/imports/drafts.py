"""Rows as a map makes them from a sheet, before they are known to be right."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.utils.translation import gettext as _

from .files import Line, Sheet
from .maps import Section, Source
from .problems import Problem, Wrong
from .values import CANONICAL, Written, absent, convert


@dataclass
class Draft:
    """A row to be: its values by field, and the keys of the rows it refers to."""

    line: Line
    id: UUID = field(default_factory=uuid4)
    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    there_already: bool = False


@dataclass
class Drafts:
    """The rows that one section of a map makes."""

    section: Section
    sheet: Sheet
    rows: list[Draft]
    problems: list[Problem]

    def problem(self, draft: Draft, name: str, wrong: Wrong) -> None:
        """Note what is wrong with a field of a row."""
        self.problems.append(self._placed(draft.line, name, wrong))

    def _placed(self, line: Line, name: str, wrong: Wrong) -> Problem:
        source = self.section.fields.get(name, Source())
        columns = list(source.columns())
        if not self.section.file:
            label = f"[[table]] {self.section.table}, {name}"
            return Problem(self.sheet.name, 0, label, wrong.reason, wrong.remedy)
        where = line.where(self.sheet.position(columns[0])) if columns else line.number
        label = ", ".join(columns) or name
        return Problem(self.sheet.name, where, label, wrong.reason, wrong.remedy)


def missing_columns(section: Section, sheet: Sheet) -> list[Problem]:
    """Return a problem for every column the section reads and the sheet lacks."""
    remedy = _("Add it to the first line, or change the map.")
    reason = _("The column is missing.")
    missing = sorted(section.columns() - set(sheet.columns))
    return [Problem(sheet.name, 1, column, reason, remedy) for column in missing]


def draft(
    section: Section, sheet: Sheet, fields: Mapping[str, models.Field], problems: list[Problem]
) -> Drafts:
    """Return the section's rows; adds every problem that needs no other row to be seen."""
    made = Drafts(section, sheet, [], problems)
    readers = {name: reader(source, sheet) for name, source in section.fields.items()}
    for line in sheet.lines:
        if _takes_part(section, sheet, line):
            row = Draft(line)
            for name, read in readers.items():
                try:
                    _fill(row, name, fields[name], section.fields[name], read(line))
                except Wrong as wrong:
                    made.problem(row, name, wrong)
            made.rows.append(row)
    return made


def _fill(row: Draft, name: str, field: models.Field, source: Source, text: str) -> None:
    if field.is_relation:
        if text:
            row.references[name] = text
        else:
            row.values[field.name] = absent(field)
    elif not text:
        row.values[name] = absent(field)
    else:
        constant = source.value is not None or source.today or source.next
        written = CANONICAL if constant else Written(source.decimal, source.date)
        row.values[name] = convert(field, text, written)


def _takes_part(section: Section, sheet: Sheet, line: Line) -> bool:
    def holds(column: str, words: Any) -> bool:
        return line.values[sheet.position(column)].strip() in _words(words)

    return all(holds(*rule) for rule in section.where.items()) and not any(
        holds(*rule) for rule in section.unless.items()
    )


def _words(words: Any) -> list[str]:
    return [str(word) for word in (words if isinstance(words, list) else [words])]


def reader(source: Source, sheet: Sheet) -> Callable[[Line], str]:
    """Return the function that takes a field's text out of a line."""
    if source.value is not None:
        text = _plain(source.value)
        return lambda line: text
    if source.today:
        day = datetime.now(UTC).date().isoformat()
        return lambda line: day
    if source.next:
        numbers = {id(line): str(n) for n, line in enumerate(sheet.lines, start=1)}
        return lambda line: numbers[id(line)]
    return _column_reader(source, sheet)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def _column_reader(source: Source, sheet: Sheet) -> Callable[[Line], str]:
    positions = [sheet.position(column) for column in source.columns()]
    fixed = re.split(r"\{[^}]*\}", source.template) if source.template else ["", ""]
    pattern = re.compile(source.pattern) if source.pattern else None

    def text(line: Line) -> str:
        parts = [line.values[position].strip() for position in positions]
        joined = "".join(_woven(fixed, parts)).strip() if any(parts) else ""
        if pattern:
            match = pattern.search(joined)
            joined = (match.group(match.lastindex or 0) or "").strip() if match else ""
        word = source.values.get(joined, joined) or source.default
        return word.upper() if source.upper else word

    return text


def _woven(fixed: list[str], parts: list[str]) -> Iterator[str]:
    for between, part in zip(fixed, parts, strict=False):
        yield between
        yield part
    yield fixed[-1]
