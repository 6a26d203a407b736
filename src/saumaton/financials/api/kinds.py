"""The types of properties: how a value looks in JSON, in a body and in a filter."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from saumaton.financials.api.problem import Problem, bad_request
from saumaton.odata import text as odata_text

NULL_GUID = UUID(int=0)
NO_DATE = "0001-01-01"
NO_MOMENT = "0001-01-01T00:00:00Z"
_ENCODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def number(value: Decimal) -> orjson.Fragment:
    """Return a decimal as a JSON number: exact, without exponent or trailing zeros."""
    text = format(value, "f")
    return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)


class Kind:
    """Any property; the methods say what is special about its type."""

    edm = "Edm.String"
    max_length: int | None = None
    python: tuple[type, ...] = (str,)

    def show(self, value: Any) -> Any:
        """Return a stored value as JSON."""
        return value

    def stored(self, value: Any) -> Any:
        """Return a JSON value of the right type as it is stored. Raises `ValueError`."""
        return value

    empty: Any = ""

    def parsed(self, value: Any, name: str) -> Any:
        """Return a value from a body as it is stored. Raises `Problem`."""
        if value is None:
            return self.empty
        if not isinstance(value, self.python) or (isinstance(value, bool) and self.edm != BOOLEAN):
            raise bad_request(
                _("Property '%(name)s' takes a value of type %(type)s.")
                % {"name": name, "type": self.edm}
            )
        try:
            return self.stored(value)
        except ValueError as error:
            raise bad_request(
                _("'%(value)s' cannot be read as %(type)s for property '%(name)s'.")
                % {"value": value, "type": self.edm, "name": name}
            ) from error

    def literal(self, value: Any, name: str) -> Any:
        """Return a literal of a filter as it is stored. Raises `Problem`."""
        return self.parsed(value, name)


BOOLEAN = "Edm.Boolean"


class Text(Kind):
    def __init__(self, max_length: int | None = None, *, code: bool = False) -> None:
        self.max_length, self.code = max_length, code

    def show(self, value: Any) -> str:
        return value or ""

    def stored(self, value: str) -> str:
        if "\x00" in value:
            raise ValueError(value)
        return value.strip().upper() if self.code else value

    def parsed(self, value: Any, name: str) -> Any:
        text = super().parsed(value, name)
        if self.max_length and len(text) > self.max_length:
            raise Problem(
                400,
                "Application_StringExceededLength",
                _("%(name)s is %(length)s characters long; at most %(limit)s are allowed.")
                % {"name": name, "length": len(text), "limit": self.max_length},
            )
        return text

    def literal(self, value: Any, name: str) -> Any:
        return super().parsed(value, name)


class Guid(Kind):
    edm = "Edm.Guid"
    python = (str, UUID)
    empty = None

    def show(self, value: Any) -> str:
        return str(value or NULL_GUID)

    def stored(self, value: Any) -> UUID | None:
        id = value if isinstance(value, UUID) else UUID(value)
        return None if id == NULL_GUID else id

    def parsed(self, value: Any, name: str) -> Any:
        try:
            return super().parsed(value, name)
        except Problem as problem:
            if isinstance(value, str):
                raise bad_request(problem.message, "Application_InvalidGUID") from problem
            raise


class Number(Kind):
    edm = "Edm.Decimal"
    python = (int, Decimal)
    empty = Decimal(0)

    def __init__(self, minimum: Decimal | None = None, maximum: Decimal | None = None) -> None:
        self.minimum, self.maximum = minimum, maximum

    def show(self, value: Any) -> Any:
        return number(value or Decimal(0))

    def stored(self, value: Any) -> Decimal:
        return Decimal(value)

    def parsed(self, value: Any, name: str) -> Any:
        amount = super().parsed(value, name)
        too_low = self.minimum is not None and amount < self.minimum
        if too_low or (self.maximum is not None and amount > self.maximum):
            raise bad_request(
                _("%(name)s is %(value)s; it must lie between %(minimum)s and %(maximum)s.")
                % {
                    "name": name,
                    "value": amount,
                    "minimum": self.minimum if self.minimum is not None else "-∞",
                    "maximum": self.maximum if self.maximum is not None else "∞",
                },
                "Application_DialogException",
            )
        if abs(amount) >= Decimal(10) ** 10:
            raise bad_request(
                _("%(name)s is %(value)s; it must be smaller than %(limit)s.")
                % {"name": name, "value": amount, "limit": 10**10}
            )
        return amount


class Integer(Kind):
    edm = "Edm.Int32"
    python = (int,)
    empty = 0

    def show(self, value: Any) -> int:
        return value or 0


class Boolean(Kind):
    edm = BOOLEAN
    python = (bool,)
    empty = False

    def show(self, value: Any) -> bool:
        return bool(value)


class Day(Kind):
    edm = "Edm.Date"
    python = (str, date)
    empty = None

    def show(self, value: Any) -> str:
        return value.isoformat() if value else NO_DATE

    def stored(self, value: Any) -> date | None:
        text = value.isoformat() if isinstance(value, date) else value
        return None if text == NO_DATE else date.fromisoformat(text)


class Moment(Kind):
    edm = "Edm.DateTimeOffset"
    python = (str, datetime)
    empty = None

    def show(self, value: Any) -> str:
        if value is None:
            return NO_MOMENT
        return odata_text.utc_text(value.replace(microsecond=value.microsecond // 1000 * 1000))

    def stored(self, value: Any) -> datetime | None:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return None if moment.year == 1 else moment


class Enum(Kind):
    """A choice. `names` gives the member's name for each stored value."""

    def __init__(self, type_name: str, names: dict[Any, str]) -> None:
        self.type_name, self.names = type_name, names
        self.edm = f"Microsoft.NAV.{type_name}"
        self.values = {name: value for value, name in names.items()}
        self.empty = self.values.get(" ", next(iter(names)))

    def show(self, value: Any) -> str:
        return encoded(self.names.get(value, " "))

    def parsed(self, value: Any, name: str) -> Any:
        if value is None:
            return self.empty
        plain = decoded(value) if isinstance(value, str) else ""
        plain = " " if plain == "" and isinstance(value, str) else plain
        if plain not in self.values:
            raise bad_request(
                _("'%(value)s' is not a value of %(name)s; the values are %(values)s.")
                % {"value": value, "name": name, "values": ", ".join(map(encoded, self.values))},
                "Unknown",
            )
        return self.values[plain]


class Option(Enum):
    """A choice that is shown by its plain name, as published web services do."""

    def __init__(self, names: dict[Any, str]) -> None:
        super().__init__("", names)
        self.edm = Kind.edm

    def show(self, value: Any) -> str:
        return self.names.get(value, " ")


def encoded(name: str) -> str:
    """Return a member's name as an OData identifier: `In Review` is `In_x0020_Review`."""
    return "".join(
        sign if sign == "_" or (sign.isascii() and sign.isalnum()) else f"_x{ord(sign):04X}_"
        for sign in name
    )


def decoded(identifier: str) -> str:
    """Return the name an identifier stands for; a plain name stands for itself."""
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), identifier)
