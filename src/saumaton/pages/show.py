"""Values as a reader's language writes them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saumaton.pages.fields import DECIMALS, Field, Reference

PATTERNS = {
    "money": "#,##0.00",
    "price": "#,##0.00###",
    "decimal": "#,##0.#####",
    "quantity": "#,##0.#####",
    "percent": "#,##0.##",
}


def language() -> str:
    return "fi" if (get_language() or "en").startswith("fi") else "en"


def number(value: Decimal | int | float, kind: str = "quantity") -> str:
    return format_decimal(value, format=PATTERNS.get(kind, "#,##0.#####"), locale=language())


def day(value: date) -> str:
    return format_date(value, format="medium", locale=language())


def moment(value: datetime) -> str:
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_datetime(local, format="medium", locale=language())


def shown(value: Any, field: Field | None = None) -> str:
    """Return a value as text, as its field's kind has it."""
    kind = field.kind if field else ""
    match value:
        case None | "":
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Decimal() | float():
            return number(value, kind)
        case int() if kind in DECIMALS:
            return number(value, kind)
    if field and field.choices:
        return str(dict(field.choices).get(value, value))
    if isinstance(value, Reference):
        return value.code
    return str(value)


def entered(value: Any, kind: str) -> Any:
    """Return a value as its entry field shows it: numbers without spaces between the digits."""
    if isinstance(value, Decimal):
        pattern = PATTERNS.get(kind, "#,##0.#####").replace("#,##0", "0")
        return format_decimal(value, format=pattern, locale=language())
    return value
