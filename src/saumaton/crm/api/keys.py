"""Keys in addresses: by id, by alternate key."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from saumaton.odata.tree import Literal, Node

from ..described import Table, parse_id
from ..problem import Problem, no_row, syntax
from ..rights import visible
from ..store import Row, Session
from ..values import sought
from .filters import Scope, compared


def literal_values(keys: Mapping[str, Node]) -> dict[str, Any]:
    values = {}
    for name, node in keys.items():
        if not isinstance(node, Literal):
            raise syntax("A key must be a value.")
        values[name] = node.value
    return values


def id_of(table: Table, keys: Mapping[str, Node]) -> str | None:
    """Return the id in a key, or None if it is an alternate key. Raises `Problem` for neither."""
    values = literal_values(keys)
    if set(values) in ({""}, {table.key}):
        row_id = parse_id(str(next(iter(values.values()))))
        if row_id is None:
            raise syntax(f"The key of '{table.set_name}' is no id.")
        return row_id
    columns = set(key_columns(table, values))
    if not any(set(key.columns) == columns for key in table.keys):
        raise syntax(
            "The key in the request URI is not valid for resource "
            f"'Microsoft.Dynamics.CRM.{table.name}'. Ensure that the names and number of key "
            "properties match the declared or alternate key properties for the resource."
        )
    return None


def key_columns(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return key values under the names of columns."""
    found = {}
    for name, value in values.items():
        column = table.by_property.get(name) or table.all_columns.get(name)
        found[column.name if column else name] = value
    return found


def alternate(table: Table, keys: Mapping[str, Node]) -> Row:
    """Return the stored values of an alternate key."""
    values = key_columns(table, literal_values(keys))
    return {name: sought(table.all_columns[name], value) for name, value in values.items()}


def matching(session: Session, table: Table, values: Row) -> str | None:
    """Return the id of the row that has these key values, or None."""
    made = session.sql(table.name)
    scope = Scope(session, table, made)
    parts = [
        compared(scope, "eq", made.c[name], table.all_columns[name], value)
        if table.all_columns[name].length
        else made.c[name] == value
        for name, value in values.items()
    ]
    return session.connection.scalar(sa.select(made.c[table.key]).where(*parts).limit(1))


def find_by_key(session: Session, table: Table, keys: Mapping[str, Node]) -> str:
    """Return the id a key stands for. Raises `Problem` 404 if no row has an alternate key."""
    row_id = id_of(table, keys)
    if row_id is None:
        row_id = matching(session, table, alternate(table, keys))
        if row_id is None:
            raise Problem(
                404,
                "0x80060891",
                f"A record with the specified key values does not exist in {table.name} entity",
            )
    return row_id


def readable(session: Session, table: Table, row_id: str) -> Row:
    """Return a row that the caller may read. Raises `Problem` 404 or 403."""
    made = session.sql(table.name)
    row = session.rows(table.name, [row_id]).get(row_id)
    if row is None:
        raise no_row(table.name, row_id)
    seen = visible(session.caller, table, made)
    if seen is not None:
        found = session.connection.scalar(
            sa.select(made.c[table.key]).where(made.c[table.key] == row_id, seen)
        )
        if found is None:
            raise Problem(
                403,
                "0x80040220",
                f"Principal user (Id={session.caller.id}, type=8) is missing "
                f"prvRead{table.schema_name} privilege for the record {row_id}.",
            )
    return row
