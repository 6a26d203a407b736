"""OData text cut into tokens."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from .tree import BadQuery, Scalar

_GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<guid>{_GUID})(?![0-9A-Za-z_-])
  | (?P<moment>\d{{4}}-\d{{2}}-\d{{2}}T\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?
      (?:Z|[+-]\d{{2}}:\d{{2}})?)
  | (?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?![0-9A-Za-z_])
  | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?P<suffix>[mMdDfFlL]?)(?![0-9A-Za-z_])
  | (?P<text>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"\\]|\\.)*")
  | (?P<name>@?[A-Za-z_$][A-Za-z0-9_.$]*)
  | (?P<mark>[()\[\],/:=])
    """,
    re.VERBOSE,
)
LONGEST = 65536


@dataclass(frozen=True)
class Token:
    """A piece of the query: its kind, its text, its value if it is a literal, its place."""

    kind: str
    text: str
    place: int
    value: Scalar = None


def tokens(source: str) -> list[Token]:
    """Return the tokens of a query, ended by one of kind `end`. Raises `BadQuery`."""
    if len(source) > LONGEST:
        raise BadQuery(f"The query is longer than {LONGEST} characters.")
    found: list[Token] = []
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if not match:
            raise BadQuery(f"Syntax error at position {place} in '{source[:200]}'.")
        kind = match.lastgroup if match.lastgroup != "suffix" else "number"
        if kind and kind != "space":
            found.append(_token(kind, match, place))
        place = match.end()
    found.append(Token("end", "", len(source)))
    return found


def _token(kind: str, match: re.Match[str], place: int) -> Token:
    text = match[0]
    try:
        match kind:
            case "guid":
                return Token("literal", text, place, UUID(text))
            case "moment":
                return Token("literal", text, place, moment(text))
            case "day":
                return Token("literal", text, place, date.fromisoformat(text))
            case "number":
                return Token("literal", text, place, _number(match["number"]))
            case "text":
                return Token("literal", text, place, text[1:-1].replace("''", "'"))
            case "quoted":
                return Token("literal", text, place, re.sub(r"\\(.)", r"\1", text[1:-1]))
    except (ValueError, OverflowError, ArithmeticError) as error:
        raise BadQuery(f"'{text[:80]}' at position {place} is no value: {error}") from error
    return Token(kind, text, place)


def _number(text: str) -> int | Decimal:
    if len(text) > 40:
        raise ValueError("too many digits")
    if text.lstrip("-").isdigit():
        return int(text)
    number = Decimal(text)
    if abs(number.adjusted()) > 40:
        raise ValueError("too large or too small")
    return number


def moment(text: str) -> datetime:
    """Return a point in time; without a zone it is in UTC. Raises `ValueError`."""
    found = re.fullmatch(
        r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?", text
    )
    if not found:
        raise ValueError(f"{text[:40]} is no date and time")
    fraction = (found[4] or "")[:7]
    plain = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ':00'}")
    if fraction:
        plain += timedelta(microseconds=int(fraction[1:].ljust(6, "0")))
    return plain.replace(tzinfo=_zone(found[5])).astimezone(UTC)


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-away if text[0] == "-" else away)
