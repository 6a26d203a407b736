"""A row of the Web API to values of ours, and back."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import orjson

from saumaton.odata.text import utc_text
from saumaton.sync.model import Row, Value, Values
from saumaton.sync.ports import Misconfigured

from .client import Garbled, to_json
from .description import LOOKUPS, Description


class Unsayable(ValueError):
    """A value that cannot be sent; the sentence names its column."""


DECIMALS = frozenset({"Money", "Decimal", "Double"})
exact_json = partial(json.loads, parse_float=Decimal)


@dataclass(frozen=True)
class Columns:
    """Some columns of a table: how to ask for them, read them and write them.

    `targets` says of a lookup that may point at several tables which one is meant.
    """

    table: Description
    names: tuple[str, ...]
    targets: Mapping[str, str]

    def __post_init__(self) -> None:
        if missing := [name for name in self.names if name not in self.table.kinds]:
            raise Misconfigured(
                f"The CRM's table “{self.table.name}” has no column {', '.join(missing)}."
            )

    def shown(self, name: str) -> str:
        """The property of a row that shows the column."""
        return f"_{name}_value" if self.table.kinds[name] in LOOKUPS else name

    @property
    def select(self) -> str:
        return ",".join(self.shown(name) for name in self.names)

    @property
    def loads(self) -> Callable[[bytes], Any]:
        """How to read JSON with these columns: digit by digit where there are decimals."""
        exact = any(self.table.kinds[name] in DECIMALS for name in self.names)
        return exact_json if exact else orjson.loads

    def readers(self) -> list[tuple[str, str, Callable[[Any], Value]]]:
        return [(n, self.shown(n), _READERS.get(self.table.kinds[n], _text)) for n in self.names]

    def rows(self, found: Iterable[dict[str, Any]]) -> Iterable[Row]:
        """Read rows as the Web API gives them. Raises `Garbled` for a row without key or tag."""
        readers, key = self.readers(), self.table.key
        for said in found:
            try:
                values = {
                    name: None if (value := said.get(shown)) is None else read(value)
                    for name, shown, read in readers
                }
                yield Row(UUID(said[key]), values, said["@odata.etag"])
            except (KeyError, ValueError, TypeError) as problem:
                raise Garbled(f"The CRM gave a row that cannot be read: {problem}") from None

    def body(self, values: Values) -> dict[str, object]:
        """Return the JSON object that writes these values."""
        body: dict[str, object] = {}
        for name, value in values.items():
            if self.table.kinds.get(name) in LOOKUPS:
                bound, entity_set = self._navigation(name)
                body[f"{bound}@odata.bind"] = None if value is None else f"/{entity_set}({value})"
            else:
                body[name] = _json(value)
        return body

    def json(self, values: Values) -> bytes:
        """Return the same as text. Raises `Unsayable` for a value that JSON cannot hold."""
        try:
            return to_json(self.body(values))
        except (TypeError, ValueError):
            for name, value in values.items():
                try:
                    to_json(self.body({name: value}))
                except (TypeError, ValueError) as problem:
                    raise Unsayable(f"“{name}” cannot be sent: {problem}") from None
            raise

    def _navigation(self, name: str) -> tuple[str, str]:
        known = self.table.navigation.get(name, {})
        target = self.targets.get(name) or (next(iter(known)) if len(known) == 1 else "")
        if target not in known:
            raise Misconfigured(
                f"“{name}” of the CRM's table “{self.table.name}” may point at {', '.join(known)}: "
                "the mapping must say at which."
            )
        return known[target]


def _text(value: Any) -> Value:
    return None if value == "" else value


def _moment(text: str) -> date | datetime:
    if "T" in text:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    return date.fromisoformat(text)


def _decimal(number: Any) -> Decimal:
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _id(text: str) -> UUID | None:
    """An empty id is no record, however it is written."""
    return UUID(text) if text.strip("{}0-") else None


_READERS: dict[str, Callable[[Any], Value]] = {
    **dict.fromkeys(DECIMALS, _decimal),
    **dict.fromkeys([*LOOKUPS, "Uniqueidentifier"], _id),
    "DateTime": _moment,
}


def _json(value: Value) -> object:
    match value:
        case datetime():
            return utc_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
