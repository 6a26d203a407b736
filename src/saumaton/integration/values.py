"""Values of records as text, so that what is read back equals what was kept."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import orjson

from saumaton.sync.model import Value, Values

# A kept value is itself, or [tag, text] where JSON knows no such thing.
_WRITERS: dict[type, Callable[..., Value]] = {
    Decimal: lambda value: ["d", str(value)],
    UUID: lambda value: ["u", value.hex],
    date: lambda value: ["a", value.isoformat()],
    datetime: lambda value: ["t", value.isoformat()],
}
_READERS: dict[str, Callable[[str], Value]] = {
    "d": Decimal,
    "u": UUID,
    "a": date.fromisoformat,
    "t": datetime.fromisoformat,
}


def to_text(values: Values) -> str:
    """Return the values as JSON text. Raises `TypeError` for what cannot be read back."""
    writers = _WRITERS
    return orjson.dumps(
        {
            name: writers[type(value)](value) if type(value) in writers else value
            for name, value in values.items()
        },
        option=orjson.OPT_PASSTHROUGH_DATETIME,
    ).decode()


def from_text(text: str) -> dict[str, Value]:
    """Return the values that `to_text` kept; none for an empty text."""
    if not text:
        return {}
    return {
        name: _READERS[value[0]](value[1]) if type(value) is list else value
        for name, value in orjson.loads(text).items()
    }
