"""What a filter's text means, by the kind of its field.

Texts: `abc` begins with, `*abc*` contains, `a|b` either, `=abc` exactly, `''` empty, `<>a` not.
Numbers and dates: `10..20`, `..20`, `10..`, `>5`, `<=7`, `<>0`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from saumaton.pages.fields import NUMBERS, Field, LocalDecimal
from saumaton.pages.source import Invalid

COMPARISONS = ((">=", "gte"), ("<=", "lte"), ("<>", ""), (">", "gt"), ("<", "lt"))


def condition(field: Field, text: str) -> Q:
    """Return the condition. Raises `Invalid`, naming the field, if the text can't be read."""
    parts = [part.strip() for part in text.split("|") if part.strip()]
    found = Q()
    for part in parts:
        found |= _one(field, part)
    return found


def _one(field: Field, text: str) -> Q:
    match field.kind:
        case "boolean":
            return Q(**{field.name: text in ("1", "true", "yes")})
        case "choice":
            return ~_equal(field, text[2:]) if text.startswith("<>") else _equal(field, text)
        case "lookup":
            return _lookup(field, text)
        case "date" | "datetime":
            return _range(field, text, lambda part: _date(field, part))
        case kind if kind in NUMBERS:
            return _range(field, text, lambda part: _number(field, part))
    return _text(field.name, text)


def _equal(field: Field, text: str) -> Q:
    return Q(**{field.name: "" if text == "''" else text})


def _text(name: str, text: str) -> Q:
    if text == "''":
        return Q(**{name: ""})
    if text.startswith("<>"):
        return ~_text(name, text[2:])
    if text.startswith("="):
        return Q(**{name: text[1:]})
    if text.startswith("*"):
        return Q(**{f"{name}__icontains": text.strip("*")})
    return Q(**{f"{name}__istartswith": text.rstrip("*")})


def _lookup(field: Field, text: str) -> Q:
    from saumaton.pages import registry

    if text == "''":
        return Q(**{f"{field.name}__isnull": True})
    found = registry.list_page(field.lookup).source.find(text)
    if found is None:
        raise Invalid({field.name: [_("There is no “%s”.") % text]})
    return Q(**{field.name: found.key})


def _range(field: Field, text: str, read: Callable[[str], Any]) -> Q:
    name = field.name
    if ".." in text:
        low, _dots, high = text.partition("..")
        found = Q()
        if low.strip():
            found &= Q(**{f"{name}__gte": read(low)})
        if high.strip():
            found &= Q(**{f"{name}__lte": read(high)})
        return found
    for sign, operator in COMPARISONS:
        if text.startswith(sign):
            value = read(text[len(sign) :])
            return Q(**{f"{name}__{operator}": value}) if operator else ~Q(**{name: value})
    return Q(**{name: read(text)})


def _number(field: Field, text: str) -> Any:
    try:
        return LocalDecimal().clean(text.strip())
    except ValidationError as error:
        raise Invalid({field.name: error.messages}) from None


def _date(field: Field, text: str) -> date | datetime:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    raise Invalid({field.name: [_("“%s” is not a date.") % text]})
