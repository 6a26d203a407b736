"""How templates show values, fields and actions of a page."""

from typing import Any

from django import template
from django.forms import BoundField, Form
from django.urls import reverse
from django.utils.safestring import SafeString

from saumaton.pages import registry, show
from saumaton.pages.fields import Field, Reference
from saumaton.pages.icons import icon as drawn
from saumaton.pages.source import Query, Record

register = template.Library()


@register.filter
def value(record: Record, field: Field) -> str:
    """Return a record's value as text in the reader's language."""
    return show.shown(record.values.get(field.name), field)


@register.filter
def raw(record: Record, field: Field) -> Any:
    return record.values.get(field.name)


@register.filter
def caption_of(field: Field, value: Any) -> Any:
    """Return what a choice is called, also the one that is kept as an empty text."""
    return dict(field.choices).get(value, "")


@register.filter
def as_kind(value: Any, kind: str) -> str:
    return show.shown(value, Field("", kind=kind))


@register.filter
def bound(form: Form, field: Field) -> BoundField | None:
    """Return a form's field of this name, nothing for a read-only one."""
    return form[field.name] if field.name in form.fields else None


@register.filter
def link_of(reference: Any) -> str:
    """Return the address of the card a lookup points at, if there is such a card."""
    if not isinstance(reference, Reference):
        return ""
    card = registry.CARDS.get(reference.page)
    return card.address_of(reference.key) if card else ""


@register.filter
def card_address(card: Any, record: Record) -> str:
    return card.address_of(record.key) if card else ""


@register.filter
def action_address(action: Any, page: Any) -> str:
    return reverse("pages:act", args=[page.name, action.name])


@register.filter
def opens(action: Any, record: Record | None) -> str:
    """Return the address of the window an action opens."""
    return str(action.address(record))


@register.filter
def filter_text(query: Query, name: str) -> str:
    return query.filters.get(name, "")


@register.filter
def order_after_click(query: Query, field: Field) -> str:
    """Return the order a click on a heading asks for: up first, then down."""
    return f"-{field.name}" if query.order == field.name else field.name


@register.filter
def sorted_by(query: Query, field: Field) -> str:
    """Return how a column is sorted, in the words of aria-sort."""
    if query.order.removeprefix("-") != field.name:
        return ""
    return "descending" if query.order.startswith("-") else "ascending"


@register.simple_tag
def icon(name: str) -> SafeString:
    return drawn(name)
