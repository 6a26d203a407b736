"""Text from a file becomes the value of a field, or a sentence about why it can't."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from re import compile as regular
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .problems import Wrong

NUMBER = regular(r"[+-]?\d+(\.\d+)?")
UNPRINTABLE = regular(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Written:
    """How a file writes numbers and days."""

    decimal: str = "."
    date: str = "%Y-%m-%d"


CANONICAL = Written()


def convert(field: models.Field, text: str, written: Written) -> Any:
    """Return the text, which is not empty, as the field's value. Raises `Wrong`."""
    for kind, read in READERS.items():
        if isinstance(field, kind):
            value = read(field, text, written)
            break
    else:
        raise Wrong(_("A field of this kind can't be imported."))
    if field.choices:
        _check_choice(field, value)
    _check_range(field, value)
    return value


def absent(field: models.Field) -> Any:
    """Return what the field holds when the file has nothing for it. Raises `Wrong`."""
    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if isinstance(field, models.CharField | models.TextField) and field.blank:
        return ""
    raise Wrong(_("A value is required."), _("Fill it in, or give the map a default."))


def _text(field: models.Field, text: str, written: Written) -> str:
    text = field.to_python(text)
    if UNPRINTABLE.search(text):
        raise Wrong(_("The text holds a control character."), _("Remove it."))
    longest = field.max_length
    if longest is not None and len(text) > longest:
        raise Wrong(
            _("The text has %(length)d characters; at most %(longest)d fit.")
            % {"length": len(text), "longest": longest},
            _("Shorten it."),
        )
    return text


def _decimal(field: models.DecimalField, text: str, written: Written) -> Decimal:
    try:
        number = Decimal(_plain(text, written))
    except InvalidOperation:
        raise Wrong(
            _("“%(text)s” is not a number.") % {"text": text},
            _("Write it as 1234%(decimal)s50.") % {"decimal": written.decimal},
        ) from None
    places, digits = field.decimal_places or 0, field.max_digits or 0
    if abs(number) >= Decimal(10) ** (digits - places):
        raise Wrong(_("“%(text)s” is too large.") % {"text": text})
    if number != round(number, places):
        raise Wrong(
            _("“%(text)s” has more than %(places)d decimals.") % {"text": text, "places": places},
            _("Round it."),
        )
    return number


def _plain(text: str, written: Written) -> str:
    """Return the number with a decimal point; anything that is not a plain number is refused."""
    if written.decimal != ".":
        text = "" if "." in text else text.replace(written.decimal, ".")
    # Decimal would also take “NaN”, “1e9” and digits of other scripts.
    if not text.isascii() or not NUMBER.fullmatch(text) or len(text) > 40:
        raise InvalidOperation
    return text


def _integer(field: models.Field, text: str, written: Written) -> int:
    if text.isascii() and text.lstrip("-").isdigit() and len(text) <= 19:
        return int(text)
    raise Wrong(_("“%(text)s” is not a whole number.") % {"text": text}, _("Write it as 1234."))


def _boolean(field: models.Field, text: str, written: Written) -> bool:
    if text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    raise Wrong(
        _("“%(text)s” is neither yes nor no.") % {"text": text},
        _("Write 1 or 0, true or false, yes or no; or give the map its words."),
    )


def _date(field: models.Field, text: str, written: Written) -> date:
    try:
        return datetime.strptime(text, written.date).date()
    except ValueError:
        example = date(2026, 12, 31).strftime(written.date)
        raise Wrong(
            _("“%(text)s” is not a date.") % {"text": text},
            _("Write it as %(example)s.") % {"example": example},
        ) from None


def _uuid(field: models.Field, text: str, written: Written) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Wrong(_("“%(text)s” is not an id.") % {"text": text}) from None


def _check_choice(field: models.Field, value: Any) -> None:
    allowed = [choice for choice, _label in field.flatchoices]
    if value not in allowed:
        words = ", ".join(f"“{choice}”" for choice in allowed)
        raise Wrong(
            _("“%(value)s” is not a choice here.") % {"value": value},
            _("It is one of %(words)s.") % {"words": words},
        )


def _check_range(field: models.Field, value: Any) -> None:
    try:
        for validator in field.validators:
            validator(value)
    except ValidationError as error:
        raise Wrong(" ".join(error.messages)) from None


READERS: dict[type[models.Field], Callable[[Any, str, Written], Any]] = {
    models.CharField: _text,
    models.TextField: _text,
    models.DecimalField: _decimal,
    models.BooleanField: _boolean,
    models.IntegerField: _integer,
    models.DateField: _date,
    models.UUIDField: _uuid,
}
