"""A list as a file: CSV or an Excel workbook, whole, in the order and with the filters shown."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from saumaton.pages import registry
from saumaton.pages.fields import Field, Reference
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.list import ListPage
from saumaton.pages.source import Missing, Query

CHUNK = 1000
ROWS_AT_MOST_IN_EXCEL = 100_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutralised(value: Any) -> Any:
    """Return a value that no spreadsheet program takes for a formula. Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def cell(value: Any, field: Field) -> Any:
    """Return a value as a file holds it: the code of a lookup, the caption of a choice."""
    if isinstance(value, Reference):
        return neutralised(value.code)
    if field.choices:
        return neutralised(str(dict(field.choices).get(value, value)))
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value).replace(tzinfo=None)
    return neutralised(value)


def rows(page: ListPage, query: Query, columns: list[Field]) -> Iterator[list[Any]]:
    """Yield the captions and every record, read in chunks."""
    yield [str(field.caption) for field in columns]
    after = ""
    while True:
        found = page.source.slice(query, after, CHUNK)
        for record in found.records:
            yield [cell(record[field.name], field) for field in columns]
        if not (after := found.after):
            return


@signed_in
def export(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    page = registry.list_page(name)
    demand(request, page.right)
    lines = rows(page, page.query(request), page.shown_columns(request))
    if form == "csv":
        answer = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    if form == "xlsx":
        return FileResponse(_workbook(lines), as_attachment=True, filename=f"{name}.xlsx")
    raise Missing(form)


def _csv(lines: Iterator[list[Any]]) -> Iterator[str]:
    yield "\ufeff"  # tells Excel that it is UTF-8
    for line in lines:
        text = io.StringIO()
        csv.writer(text).writerow([_plain(value) for value in line])
        yield text.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else value


def _workbook(lines: Iterator[list[Any]]) -> io.BytesIO:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for count, line in enumerate(lines):
        if count > ROWS_AT_MOST_IN_EXCEL:
            break
        sheet.append(["" if value is None else value for value in line])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
