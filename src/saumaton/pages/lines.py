"""The lines of a document, edited in place: a line is kept as soon as it is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from saumaton.pages import registry
from saumaton.pages.fields import Field, Text, as_fields, form_class
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.source import Invalid, Missing, Record


class LineSource(Protocol):
    """The lines of documents."""

    def describe(self, name: str) -> Field: ...
    def lines(self, document: str, fields: Sequence[str]) -> Sequence[Record]: ...

    def save(self, document: str, key: str, values: Mapping[str, Any]) -> None:
        """Keep a line; one with a key not known yet is new. Raises `Invalid`."""
        ...

    def delete(self, document: str, key: str) -> None: ...

    def totals(self, document: str) -> Sequence[tuple[Text, Any]]:
        """Return the captions and amounts shown below the lines."""
        ...


@dataclass(frozen=True)
class Lines:
    """The lines part of a document. `blank` gives the values a new line starts with."""

    source: LineSource
    columns: tuple[Field | str, ...]
    caption: Text = _("Lines")
    blank: Mapping[str, Any] | None = None
    row_class: Callable[[Record], str] = lambda record: ""

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {
            field.name: field.over(self.source.describe(field.name))
            for field in as_fields(self.columns)
        }


def lines_context(
    request: HttpRequest,
    lines: Lines,
    document: str,
    editing: bool,
    wrong: "tuple[str, forms.Form] | None" = None,
) -> dict[str, Any]:
    """Return what the lines' template needs. `wrong` is a line whose entries were refused."""
    from saumaton.pages.card import initial_values

    made = form_class(lines.fields.values())
    rows = []
    for record in lines.source.lines(document, tuple(lines.fields)):
        form = None
        if editing:
            form = made(initial=initial_values(lines.fields, record), prefix=record.key)
            if wrong and wrong[0] == record.key:
                form = wrong[1]
        rows.append((record, form))
    known = {record.key for record, _form in rows}
    # A new line has its key before it is kept, so that the focus stays where it is.
    blank_key = wrong[0] if wrong and wrong[0] not in known else str(uuid4())
    blank = made(initial=dict(lines.blank or {}), prefix=blank_key) if editing else None
    return {
        "lines": lines,
        "document": document,
        "line_fields": list(lines.fields.values()),
        "line_rows": rows,
        "blank_line": wrong[1] if wrong and wrong[0] == blank_key else blank,
        "blank_key": blank_key,
        "totals": lines.source.totals(document),
    }


@signed_in
@require_POST
def change_lines(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Keep or remove one line and answer with all of them, and their totals."""
    page = registry.card_page(name)
    demand(request, page.edit_right or "nobody")
    record = page.source.get(key, page.names)
    if page.lines is None or not page.may_edit(request, record):
        raise Missing(key)
    line = request.POST.get("line", "")
    wrong = None
    if "delete" in request.POST:
        wrong = _removed(page.lines, key, request.POST["delete"])
    else:
        wrong = _kept(request, page.lines, key, line)
    context = lines_context(request, page.lines, key, editing=True, wrong=wrong)
    context |= {"page": page, "record": record}
    return render(request, "pages/_lines.html", context)


def _removed(lines: Lines, document: str, line: str) -> tuple[str, forms.Form] | None:
    try:
        lines.source.delete(document, line)
    except Invalid as error:
        form = form_class(lines.fields.values())({}, prefix=line)
        form.full_clean()
        form.errors.clear()
        _put(form, error)
        return line, form
    return None


def _kept(
    request: HttpRequest, lines: Lines, document: str, line: str
) -> tuple[str, forms.Form] | None:
    """Keep a line; return it with its errors if it was refused."""
    form = form_class(lines.fields.values())(request.POST, prefix=line)
    if form.is_valid():
        if not any(value for name, value in form.cleaned_data.items() if name != "type"):
            return line, form
        try:
            lines.source.save(document, line, form.cleaned_data)
        except Invalid as error:
            _put(form, error)
    return (line, form) if form.errors else None


def _put(form: forms.Form, error: Invalid) -> None:
    for name, texts in error.errors.items():
        form.add_error(name if name in form.fields else None, [str(text) for text in texts])
