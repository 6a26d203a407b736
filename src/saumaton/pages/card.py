"""A card window: one record in sections, edited in place; a document has lines below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from saumaton.pages import registry, seen
from saumaton.pages.actions import Action, actions_for
from saumaton.pages.fields import Field, Reference, Text, as_fields, form_class
from saumaton.pages.frame import allowed, demand, signed_in
from saumaton.pages.lines import Lines, lines_context
from saumaton.pages.registry import Window
from saumaton.pages.source import Invalid, Missing, Record, Source


@dataclass(frozen=True)
class Section:
    """Fields that belong together, under one heading."""

    caption: Text
    fields: tuple[Field | str, ...]
    folded: bool = False


@dataclass(frozen=True)
class Fact:
    """One figure of the pane beside a card; `address` drills down to what it is made of."""

    caption: Text
    value: Any
    kind: str = "money"
    address: str = ""


@dataclass(frozen=True)
class CardPage:
    """One record. `facts` fills the pane beside it; `lines` makes it a document.

    `title` names the field that heads the window. `single` gives the key of a record there is only
    one of. `editable` tells from a record whether it may be changed now.
    """

    name: str
    caption: Text
    source: Source
    sections: tuple[Section, ...]
    title: tuple[str, ...] = ("number", "name")
    lines: Lines | None = None
    facts: Callable[[Record], Sequence[Fact]] | None = None
    actions: tuple[Action, ...] = ()
    right: str = "read"
    edit_right: str = ""
    creatable: bool = True
    deletable: bool = True
    editable: Callable[[Record], bool] = lambda record: True
    single: Callable[[], str] | None = None
    group: str = ""
    experience: str = ""
    words: Text = ""
    place: int = 100
    badge: str = ""  # a field shown as a badge beside the title

    @cached_property
    def fields(self) -> dict[str, Field]:
        said = [field for section in self.sections for field in as_fields(section.fields)]
        return {field.name: field.over(self.source.describe(field.name)) for field in said}

    @property
    def names(self) -> tuple[str, ...]:
        wanted = [*self.fields, *self.title, *([self.badge] if self.badge else [])]
        return tuple(dict.fromkeys(wanted))

    @property
    def address(self) -> str:
        if self.single or self.name not in registry.LISTS:
            return reverse("pages:single", args=[self.name])
        return reverse("pages:list", args=[self.name])

    @property
    def new_address(self) -> str:
        return reverse("pages:new", args=[self.name])

    def address_of(self, key: str) -> str:
        return self.address if self.single else reverse("pages:card", args=[self.name, key])

    @property
    def window(self) -> Window | None:
        if not self.single:
            return None
        return Window(
            name=f"{self.name}_card",
            caption=self.caption,
            address=reverse_lazy("pages:single", args=[self.name]),
            group=self.group,
            right=self.right,
            experience=self.experience,
            words=self.words,
            order=self.place,
        )

    def heading(self, record: Record) -> str:
        return " · ".join(str(record[name]) for name in self.title if record[name])

    def may_edit(self, request: HttpRequest, record: Record | None) -> bool:
        allowed_now = bool(self.edit_right) and allowed(request, self.edit_right)
        return allowed_now and (record is None or self.editable(record))


@signed_in
def show_single(request: HttpRequest, name: str) -> HttpResponse:
    page = registry.card_page(name)
    if page.single is None:
        raise Missing(name)
    return show_card(request, name, page.single())


@signed_in
def show_card(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Show a record; with `?edit=1` as a form, which is kept when it is sent."""
    page = registry.card_page(name)
    demand(request, page.right)
    record = page.source.get(key, page.names)
    editing = "edit" in request.GET or request.method == "POST"
    if editing and not page.may_edit(request, record):
        demand(request, page.edit_right or "nobody")
        editing = False
    form = _form(page, request, record) if editing else None
    if request.method == "POST" and form is not None and _kept(request, page, record, form):
        return HttpResponseRedirect(page.address_of(key))
    return render(request, "pages/card.html", card_context(request, page, record, form))


@signed_in
def new_card(request: HttpRequest, name: str) -> HttpResponse:
    """Show an empty card, and make a record of it when it is sent."""
    page = registry.card_page(name)
    demand(request, page.edit_right or "nobody")
    if not page.creatable:
        raise Missing(name)
    form = _form(page, request, None)
    if request.method == "POST" and (key := _kept(request, page, None, form)):
        after = "?edit=1" if page.lines else ""
        return HttpResponseRedirect(page.address_of(key) + after)
    return render(request, "pages/card.html", card_context(request, page, None, form))


@signed_in
@require_POST
def delete_card(request: HttpRequest, name: str, key: str) -> HttpResponse:
    page = registry.card_page(name)
    demand(request, page.edit_right or "nobody")
    record = page.source.get(key, page.names)
    if not page.deletable or not page.may_edit(request, record):
        raise Missing(key)
    try:
        page.source.delete(key)
    except Invalid as error:
        _say(request, error)
        return HttpResponseRedirect(page.address_of(key))
    messages.success(request, _("%s was deleted.") % page.heading(record))
    return HttpResponseRedirect(page.address)


def _form(page: CardPage, request: HttpRequest, record: Record | None) -> forms.Form:
    made = form_class(page.fields.values())
    if request.method == "POST":
        return made(request.POST)
    given = {name: request.GET[name] for name in page.fields if name in request.GET}
    return made(initial=given if record is None else initial_values(page.fields, record))


def initial_values(fields: dict[str, Field], record: Record) -> dict[str, Any]:
    """Return a record's values as its form shows them: a lookup as its code."""
    return {
        name: value.code if isinstance(value := record[name], Reference) else value
        for name in fields
    }


def _kept(
    request: HttpRequest, page: CardPage, record: Record | None, form: forms.Form
) -> str | None:
    """Save what was entered and return the key; errors are put beside their fields."""
    if not form.is_valid():
        return None
    values: dict[str, Any] = form.cleaned_data
    if record:
        values, disputed = seen.changes(request, form, _stored(page, record))
        for name in disputed:
            form.add_error(name, _stored_meanwhile(record[name]))
        form.disputed = frozenset(disputed)  # type: ignore[attr-defined]
        if disputed or not values:
            return None if disputed else record.key
    try:
        kept = page.source.save(record.key if record else None, values)
    except Invalid as error:
        for name, texts in error.errors.items():
            form.add_error(name if name in form.fields else None, [str(text) for text in texts])
        return None
    messages.success(request, _("Saved."))
    return kept


def _stored(page: CardPage, record: Record) -> forms.Form:
    """Return the form of a record as it is stored now, whatever was sent."""
    return form_class(page.fields.values())(initial=initial_values(page.fields, record))


def _stored_meanwhile(value: Any) -> str:
    said = _("Somebody has changed this to “%s” meanwhile. Save again to keep what you entered.")
    return said % ("" if value is None else value)


def _say(request: HttpRequest, error: Invalid) -> None:
    for texts in error.errors.values():
        for text in texts:
            messages.error(request, str(text))


def card_context(
    request: HttpRequest, page: CardPage, record: Record | None, form: forms.Form | None
) -> dict[str, Any]:
    may_edit = page.may_edit(request, record)
    context: dict[str, Any] = {
        "page": page,
        "record": record,
        "form": form,
        "sections": [
            (section, [page.fields[field.name] for field in as_fields(section.fields)])
            for section in page.sections
        ],
        "heading": page.heading(record) if record else "",
        "facts": page.facts(record) if record and page.facts else (),
        "actions": actions_for(request, page, "card", record) if record else [],
        "may_edit": may_edit,
        "list": registry.LISTS.get(page.name),
        "card_address": page.address_of(record.key) if record else "",
        "badge": page.source.describe(page.badge) if page.badge else None,
    }
    if record and form:
        told = getattr(form, "disputed", frozenset())
        context["shown"] = seen.to_show(request, _stored(page, record), told)
    if page.lines and record:
        context |= lines_context(request, page.lines, record.key, may_edit and form is not None)
    return context
