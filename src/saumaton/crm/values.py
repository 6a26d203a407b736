"""JSON values to stored values and back; the checks of type, length, range and choice."""

from collections.abc import Callable
from datetime import UTC, date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import orjson

from saumaton.odata.lexer import moment

from .described import CHOICES, TEXTS, Column, Kind, Table, parse_id
from .problem import BAD_ARGUMENT, Problem, payload

Convert = Callable[[Any], Any]
CONTROL = "\0"


def storer(column: Column, table: Table) -> Convert:
    """Return the function that turns a JSON value of this column into its stored value.

    It raises `Problem` for a value that the column cannot hold.
    """
    convert = _STORERS[column.kind](column, table)
    if column.kind in TEXTS:
        return convert

    def stored(value: Any) -> Any:
        return None if value is None else convert(value)

    return stored


def _wrong_type(column: Column, table: Table, wanted: str, value: Any) -> Problem:
    shown = str(value)[:80]
    return payload(
        table.name,
        f"Cannot convert the literal '{shown}' of '{column.name}' to the type '{wanted}'.",
    )


def _text(column: Column, table: Table) -> Convert:
    length, name = column.length, column.name

    def stored(value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise _wrong_type(column, table, "Edm.String", value)
        if len(value) > length:
            raise Problem(
                400,
                "0x80044331",
                f"A validation error occurred. The length of the '{name}' attribute of the "
                f"'{table.name}' entity exceeded the maximum allowed length of '{length}'.",
            )
        if CONTROL in value or not value.isascii() and _has_surrogate(value):
            raise _wrong_type(column, table, "Edm.String", ascii(value))
        return value or None

    return stored


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in value)


def _out_of_range(column: Column, table: Table, value: Any, code: str) -> Problem:
    return Problem(
        400,
        code,
        f"A validation error occurred. The value {value} of '{column.name}' on record of type "
        f"'{table.name}' is outside the valid range.",
    )


def _whole(column: Column, table: Table) -> Convert:
    low, high = column.low, column.high

    def stored(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong_type(column, table, "Edm.Int32", value)
        if low is not None and high is not None and not low <= value <= high:
            raise _out_of_range(column, table, value, "0x8004432f")
        return value

    return stored


def exact(value: Any) -> Decimal | None:
    """Return a JSON number as a decimal, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def scaled(number: Decimal, decimals: int) -> int:
    """Return a number as it is stored: whole, counted in its last decimal."""
    return int(number.scaleb(decimals).to_integral_value(ROUND_HALF_UP))


def unscaled(value: int | None, decimals: int) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-decimals)


def _decimal(column: Column, table: Table) -> Convert:
    decimals, low, high = column.decimals, column.low or 0, column.high or 0
    tenfold = 10**decimals

    def stored(value: Any) -> int:
        if type(value) is int and low <= value <= high:
            return value * tenfold
        number = None if isinstance(value, str) else exact(value)
        if number is None:
            raise _wrong_type(column, table, "Edm.Decimal", value)
        if not low <= number <= high:
            raise _out_of_range(column, table, number, "0x80044330")
        return scaled(number, decimals)

    return stored


def _double(column: Column, table: Table) -> Convert:
    def stored(value: Any) -> float:
        number = None if isinstance(value, str) else exact(value)
        if number is None:
            raise _wrong_type(column, table, "Edm.Double", value)
        return float(number)

    return stored


def _yes_no(column: Column, table: Table) -> Convert:
    def stored(value: Any) -> int:
        if value is True or value is False:
            return int(value)
        raise _wrong_type(column, table, "Edm.Boolean", value)

    return stored


def _choice(column: Column, table: Table) -> Convert:
    allowed = {number for number, _ in column.options}

    def stored(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong_type(column, table, "Edm.Int32", value)
        if value not in allowed:
            raise _out_of_range(column, table, value, "0x8004431a")
        return value

    return stored


def _day(column: Column, table: Table) -> Convert:
    def stored(value: Any) -> str:
        try:
            return date.fromisoformat(str(value)[:10]).isoformat()
        except ValueError:
            raise _wrong_type(column, table, "Edm.Date", value) from None

    return stored


def _moment(column: Column, table: Table) -> Convert:
    def stored(value: Any) -> str:
        try:
            text = str(value)
            return moment_text(text if "T" in text else f"{text}T00:00:00Z")
        except (ValueError, OverflowError):
            raise _wrong_type(column, table, "Edm.DateTimeOffset", value) from None

    return stored


def moment_text(text: str) -> str:
    """Return a point in time as it is stored, in UTC without a fraction. Raises `ValueError`."""
    return moment(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _id(column: Column, table: Table) -> Convert:
    def stored(value: Any) -> str:
        if not (found := parse_id(value)):
            raise _wrong_type(column, table, "Edm.Guid", value)
        return found

    return stored


_STORERS: dict[Kind, Callable[[Column, Table], Convert]] = {
    Kind.ID: _id,
    Kind.LOOKUP: _id,
    Kind.TEXT: _text,
    Kind.MEMO: _text,
    Kind.WHOLE: _whole,
    Kind.BIG: _whole,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _decimal,
    Kind.DOUBLE: _double,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.STATE: _choice,
    Kind.STATUS: _choice,
    Kind.DATE: _day,
    Kind.MOMENT: _moment,
}


def shower(column: Column) -> Convert | None:
    """Return the function from stored value to JSON value, or None if they are the same."""
    if column.kind is Kind.YES_NO:
        return bool
    if column.kind in (Kind.DECIMAL, Kind.MONEY):
        return _exact_number(column.decimals)
    return None


def _exact_number(decimals: int) -> Convert:
    def shown(value: int) -> orjson.Fragment:
        return orjson.Fragment(number_text(value, decimals))

    return shown


def number_text(value: int, decimals: int) -> str:
    """Return a scaled number as plain digits, with as many decimals as the column has."""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    if not decimals:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def sought(column: Column, value: Any) -> Any:
    """Return a literal of a query as a stored value of this column. Raises `Problem`."""
    if value is None:
        return None
    try:
        return _SOUGHT[column.kind](column, value)
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        raise Problem(
            400, BAD_ARGUMENT, f"'{str(value)[:80]}' is no value for the column '{column.name}'."
        ) from None


def _sought_number(column: Column, value: Any) -> int | float:
    number = exact(value)
    if number is None:
        raise ValueError
    raised = number.scaleb(column.decimals)
    whole = raised.to_integral_value()
    if abs(whole) >= 2**63:
        return float(raised)
    return int(whole) if raised == whole else float(raised)


def _sought_yes_no(column: Column, value: Any) -> int:
    text = str(value).lower()
    if text not in ("true", "false", "1", "0"):
        raise ValueError
    return int(text in ("true", "1"))


def _sought_day(column: Column, value: Any) -> str:
    return date.fromisoformat(str(value)[:10]).isoformat()


def _sought_moment(column: Column, value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else str(value)
    return moment_text(text if len(text) > 10 else f"{text}T00:00:00Z")


def _sought_id(column: Column, value: Any) -> str:
    # a text that is no id finds nothing, as in the original
    return parse_id(str(value)) or str(value)[:36]


def _sought_text(column: Column, value: Any) -> str:
    return str(value).replace("\0", "")


_SOUGHT: dict[Kind, Callable[[Column, Any], Any]] = {
    **{kind: _sought_number for kind in CHOICES},
    Kind.WHOLE: _sought_number,
    Kind.BIG: _sought_number,
    Kind.DECIMAL: _sought_number,
    Kind.MONEY: _sought_number,
    Kind.DOUBLE: _sought_number,
    Kind.YES_NO: _sought_yes_no,
    Kind.DATE: _sought_day,
    Kind.MOMENT: _sought_moment,
    Kind.ID: _sought_id,
    Kind.LOOKUP: _sought_id,
    Kind.TEXT: _sought_text,
    Kind.MEMO: _sought_text,
}
