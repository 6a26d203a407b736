"""What a filter's text means, written as a condition of OData.

Texts: `abc` begins with, `*abc*` contains, `a|b` either, `=abc` exactly, `''` empty, `<>a` not.
Numbers and dates: `10..20`, `..20`, `10..`, `>5`, `<=7`, `<>0`.
"""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from saumaton.pages import registry
from saumaton.pages.fields import NUMBERS, Field, LocalDecimal
from saumaton.pages.source import Invalid

from ..described import Column, parse_id
from . import webapi

SIGNS = ((">=", "ge"), ("<=", "le"), ("<>", "ne"), (">", "gt"), ("<", "lt"))


def condition(field: Field, column: Column, text: str) -> str:
    """Return the condition. Raises `Invalid`, naming the field, if the text can't be read."""
    parts = [part.strip() for part in text.split("|") if part.strip()]
    return webapi.any_of([_one(field, column.property_name, part) for part in parts])


def _one(field: Field, name: str, text: str) -> str:
    match field.kind:
        case "boolean":
            return f"{name} eq {'true' if text in ('1', 'true', 'yes') else 'false'}"
        case "choice":
            sign = "ne" if text.startswith("<>") else "eq"
            return f"{name} {sign} {_option(field, text.removeprefix('<>'))}"
        case "lookup":
            return _lookup(field, name, text)
        case "date":
            return _range(name, text, lambda part: _day(field, part))
        case "datetime":
            return _range(name, text, lambda part: f"{_day(field, part)}T00:00:00Z")
        case kind if kind in NUMBERS:
            return _range(name, text, lambda part: _number(field, part))
    return _text(name, text)


def _option(field: Field, text: str) -> str:
    if text == "''":
        return "null"
    if text.lstrip("-").isdecimal() and text.isascii():
        return text
    raise Invalid({field.name: [_("There is no “%s”.") % text]})


def _lookup(field: Field, name: str, text: str) -> str:
    if text == "''":
        return f"{name} eq null"
    if row_id := parse_id(text):
        return f"{name} eq {row_id}"
    found = registry.list_page(field.lookup).source.find(text.removeprefix("="))
    if found is None:
        raise Invalid({field.name: [_("There is no “%s”.") % text]})
    return f"{name} eq {found.key}"


def _text(name: str, text: str) -> str:
    if text == "''":
        return f"{name} eq null"
    if text.startswith("<>"):
        return f"not ({_text(name, text[2:])})"
    if text.startswith("="):
        return f"{name} eq {webapi.text(text[1:])}"
    if text.startswith("*"):
        return f"contains({name},{webapi.text(text.strip('*'))})"
    return f"startswith({name},{webapi.text(text.rstrip('*'))})"


def _range(name: str, text: str, read: Callable[[str], str]) -> str:
    if ".." in text:
        low, _dots, high = text.partition("..")
        bounds = [("ge", low.strip()), ("le", high.strip())]
        return webapi.all_of([f"{name} {sign} {read(bound)}" for sign, bound in bounds if bound])
    for sign, operator in SIGNS:
        if text.startswith(sign):
            return f"{name} {operator} {read(text[len(sign) :])}"
    return f"{name} eq {read(text)}"


def _number(field: Field, text: str) -> str:
    try:
        return format(LocalDecimal().clean(text.strip()), "f")
    except ValidationError as error:
        raise Invalid({field.name: error.messages}) from None


def _day(field: Field, text: str) -> str:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date().isoformat()
        except ValueError:
            continue
    raise Invalid({field.name: [_("“%s” is not a date.") % text]})
