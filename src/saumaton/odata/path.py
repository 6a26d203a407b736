"""Addresses of resources: `accounts(accountnumber='A/1')/primarycontactid` as segments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from .options import split
from .query import parse_value
from .tree import BadQuery, Node

_NAME = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_.]*\Z")


@dataclass(frozen=True)
class Segment:
    """One step of an address. `keys` is None without brackets; a bare id stands under ''."""

    name: str
    keys: Mapping[str, Node] | None = None
    text: str = ""

    @property
    def bare(self) -> str:
        """The name without the namespace of bound functions and casts."""
        return self.name.rpartition(".")[2]


def parse_path(path: str, aliases: Mapping[str, str] | None = None) -> list[Segment]:
    """Return the segments of a decoded path. Raises `BadQuery`."""
    return [_segment(part, aliases or {}) for part in split(path.strip("/"), "/") if part]


def _segment(part: str, aliases: Mapping[str, str]) -> Segment:
    name, bracket, rest = part.partition("(")
    if not _NAME.match(name) or (bracket and not rest.endswith(")")):
        raise BadQuery(f"Resource not found for the segment '{part[:80]}'.")
    if not bracket:
        return Segment(name, None, part)
    inner = rest[:-1].strip()
    return Segment(name, _keys(inner, aliases) if inner else {}, part)


def _keys(inner: str, aliases: Mapping[str, str]) -> dict[str, Node]:
    keys: dict[str, Node] = {}
    for pair in split(inner, ","):
        name, equals, value = pair.partition("=")
        if equals and _NAME.match(name.strip()):
            keys[name.strip()] = parse_value(value.strip(), aliases)
        elif "" in keys:
            raise BadQuery(f"The key '{inner[:80]}' has more than one value without a name.")
        else:
            keys[""] = parse_value(_braceless(pair.strip()), aliases)
    return keys


def _braceless(text: str) -> str:
    if text.startswith("{") and text.endswith("}"):
        return str(UUID(text[1:-1])) if len(text) == 38 else text
    return text
