"""CSV files as sheets: lines that know where in the file they stand."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from .problems import Problem


@dataclass(frozen=True)
class Line:
    """A record of a CSV file; `number` is the physical line it begins on."""

    number: int
    values: tuple[str, ...]

    def where(self, position: int) -> int:
        """Return the physical line on which the value begins: values may hold line breaks."""
        return self.number + sum(value.count("\n") for value in self.values[:position])


@dataclass(frozen=True)
class Sheet:
    """A file's columns and lines. A sheet written in a map has no line numbers."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    def position(self, column: str) -> int:
        return self.columns.index(column)


class _NotCsv(Exception):
    """The record that begins on this line does not end as CSV records do."""

    def __init__(self, line: int, error: csv.Error) -> None:
        super().__init__(str(error))
        self.line = line


def read_sheet(path: Path, encoding: str, delimiter: str) -> tuple[Sheet | None, list[Problem]]:
    """Return a CSV file's sheet and what is wrong with it; no sheet if it can't be read at all."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        remedy = _("Put it into the folder, or take it out of the map.")
        return None, [Problem(path.name, 0, "", _("The file is missing."), remedy)]
    except OSError as error:
        reason = _("The file can't be read: %(error)s.") % {"error": error.strerror}
        return None, [Problem(path.name, 0, "", reason)]
    try:
        text = content.decode("utf-8-sig" if encoding.lower() == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        return None, [_not_encoded(path.name, content, encoding, error)]
    return _parsed(path.name, text, delimiter)


def _not_encoded(name: str, content: bytes, encoding: str, error: UnicodeDecodeError) -> Problem:
    line_start = content.rfind(b"\n", 0, error.start) + 1
    return Problem(
        name,
        content.count(b"\n", 0, error.start) + 1,
        "",
        _("Byte %(position)d of the line is not %(encoding)s text.")
        % {"position": error.start - line_start + 1, "encoding": encoding},
        _("Save the file as %(encoding)s, or name its encoding in the map.")
        % {"encoding": encoding},
    )


def _parsed(name: str, text: str, delimiter: str) -> tuple[Sheet | None, list[Problem]]:
    problems: list[Problem] = []
    lines: list[Line] = []
    records = _records(text, delimiter)
    try:
        header = next(records, None)
        if header is None:
            remedy = _("Its first line must name the columns.")
            return None, [Problem(name, 0, "", _("The file is empty."), remedy)]
        columns = tuple(column.strip() for column in header.values)
        problems += _twice_named(name, columns)
        for line in records:
            if len(line.values) == len(columns):
                lines.append(line)
            elif any(line.values):
                problems.append(_uneven(name, line, len(columns)))
    except _NotCsv as error:
        reason = _("From here on the file is not CSV: %(error)s.") % {"error": error}
        remedy = _("A quotation mark may be open: double those inside quoted values.")
        return None, [*problems, Problem(name, error.line, "", reason, remedy)]
    return Sheet(name, columns, tuple(lines)), problems


def _records(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for values in reader:
            yield Line(begins, tuple(values))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _NotCsv(begins, error) from error


def _twice_named(name: str, columns: tuple[str, ...]) -> list[Problem]:
    twice = {column for column in columns if columns.count(column) > 1}
    reason = _("The column is there more than once.")
    return [Problem(name, 1, column, reason, _("Rename one.")) for column in sorted(twice)]


def _uneven(name: str, line: Line, expected: int) -> Problem:
    return Problem(
        name,
        line.number,
        "",
        _("The line has %(found)d values, the header %(expected)d columns.")
        % {"found": len(line.values), "expected": expected},
        _("Put values that hold the separator or quotation marks into quotation marks."),
    )
