"""Values as OData text: literals, key segments, quoting. Nothing from outside becomes syntax."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID


def quoted(text: str) -> str:
    """Return the text as an OData string literal; inner quotes are doubled."""
    return "'" + text.replace("'", "''") + "'"


def unquoted(literal: str) -> str:
    """Return the text of a string literal. Raises `ValueError` if it is none."""
    inner = literal[1:-1]
    if len(literal) < 2 or literal[0] != "'" or literal[-1] != "'":
        raise ValueError(f"{literal[:80]} is not a quoted text")
    if inner.replace("''", "").count("'"):
        raise ValueError(f"{literal[:80]} holds a single quote inside")
    return inner.replace("''", "'")


def literal(value: object) -> str:
    """Return a value as it stands in `$filter` or in a key.

    Raises `TypeError` for what has no literal (a float, a list) and `ValueError` for a
    `Decimal` that is no number or a datetime without a zone.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | UUID():
            return str(value)
        case str():
            return quoted(value)
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} is not a number")
            return format(value, "f")
        case datetime():
            return utc_text(value)
        case date():
            return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no OData literal")


def utc_text(moment: datetime) -> str:
    """Return a moment as `2026-11-22T19:13:48Z`; a fraction of a second is kept if there is one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no OData literal")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return text.rstrip("0").rstrip(".") + "Z" if "." in text else text + "Z"


def key_segment(key: UUID | Mapping[str, object]) -> str:
    """Return what stands after the entity set in an address: `(id)` or `(number='A1',year=2)`."""
    if isinstance(key, UUID):
        return f"({key})"
    pairs = (f"{name}=" + quote(literal(value), safe="'") for name, value in key.items())
    return f"({','.join(pairs)})"
