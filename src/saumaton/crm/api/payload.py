"""JSON objects to stored values: columns, references to other rows, rows inside rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from saumaton.odata.path import parse_path

from ..described import Table, parse_id
from ..problem import Problem, syntax, unknown_payload_property
from ..store import Row, Session
from ..values import Convert, storer
from .keys import find_by_key

_PLAIN = re.compile(r"(?:^|.*/)([A-Za-z_0-9]+)\(([0-9A-Fa-f-]{36})\)/?\Z", re.DOTALL)
IGNORED = frozenset({"@odata.type", "@odata.context", "@odata.etag", "@odata.id"})


@dataclass
class Incoming:
    """A row as it came: stored values, and related rows to be made or bound with it."""

    values: Row = field(default_factory=dict)
    single: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    many: dict[str, list[Any]] = field(default_factory=dict)
    bound: dict[str, list[str]] = field(default_factory=dict)


def setters(session: Session, table: Table, creating: bool) -> dict[str, Convert | None]:
    kept: dict[Any, dict[str, Convert | None]] = session.remembered.setdefault("setters", {})
    key = (table.name, creating)
    if key not in kept:
        kept[key] = {
            column.name: storer(column, table)
            if (column.create if creating else column.update) or column.name == table.key
            else None
            for column in table.all_columns.values()
            if column.name not in table.lookups
        }
    return kept[key]


def incoming(
    session: Session,
    table: Table,
    body: Mapping[str, Any],
    creating: bool,
    contents: Mapping[str, str] | None = None,
) -> Incoming:
    """Return what a body says. `contents` are the addresses of `$1` and the like."""
    found = Incoming()
    ways = setters(session, table, creating)
    for key, value in body.items():
        if key in ways:
            if (convert := ways[key]) is not None:
                found.values[key] = convert(value)
        elif key.endswith("@odata.bind"):
            _bind(session, table, key[:-11], value, found, contents or {})
        elif "@" not in key:
            _related(session, table, key, value, found)
    return found


def _related(session: Session, table: Table, key: str, value: Any, found: Incoming) -> None:
    if key in table.navigations:
        column, _ = table.navigations[key]
        if value is None:
            found.values[column.name] = None
        elif isinstance(value, dict):
            found.single[key] = value
        else:
            raise unknown_payload_property(key, table.name)
    elif key in session.model.collections[table.name] and _is_list_of_objects(value):
        found.many[key] = value
    elif key in table.by_property:
        raise syntax(
            "CRM do not support direct update of Entity Reference properties, "
            "Use Navigation properties instead."
        )
    else:
        raise unknown_payload_property(key, table.name)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_collection(session: Session, table: Table, name: str) -> bool:
    model = session.model
    return name in model.collections[table.name] or name in model.many[table.name]


def _bind(
    session: Session,
    table: Table,
    name: str,
    value: Any,
    found: Incoming,
    contents: Mapping[str, str],
) -> None:
    if isinstance(value, list) and _is_collection(session, table, name):
        found.bound[name] = [str(item) for item in value]
        return
    if name not in table.navigations:
        raise unknown_payload_property(name, table.name)
    column, target = table.navigations[name]
    if not (column.create or column.update):
        return
    if value is None:
        found.values[column.name] = None
        if column.type_name:
            found.values[column.type_name] = None
        return
    if not isinstance(value, str):
        raise syntax(f"'{name}@odata.bind' must be an address.")
    referred, row_id = reference(session, value, contents)
    if referred not in column.targets or (column.name != "ownerid" and referred != target):
        raise syntax(f"'{name}' leads to '{target}', not to '{referred}'.")
    found.values[column.name] = row_id
    if column.type_name:
        found.values[column.type_name] = referred


def reference(
    session: Session, address: str, contents: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return table and id that an address leads to. Raises `Problem`."""
    if address.startswith("$"):
        address = content_address(address, contents or {})
    if match := _PLAIN.match(address):
        row_id = parse_id(match[2])
        table = session.model.sets.get(match[1])
        if row_id and table:
            return table.name, row_id
    path = unquote(address)
    if "/api/data/v" in path:
        path = path.partition("/api/data/v")[2].partition("/")[2]
    segments = parse_path(path)
    if not segments or segments[-1].keys is None or segments[-1].name not in session.model.sets:
        raise syntax(f"'{address[:200]}' does not lead to a row.")
    table = session.model.sets[segments[-1].name]
    return table.name, find_by_key(session, table, segments[-1].keys)


def content_address(address: str, contents: Mapping[str, str]) -> str:
    """Return the address a content id stands for. Raises `Problem` for an unknown one."""
    if address[1:] not in contents:
        raise Problem(
            400,
            "0x80060888",
            f"Content-ID Reference: '{address[:80]}' does not exist in the batch context.",
        )
    return contents[address[1:]]
