"""References between rows: `$ref`."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ..described import Table
from ..problem import DUPLICATE_ID, Problem, no_property, no_row, syntax
from ..store import Session
from ..write import create, delete, update
from .crud import Call
from .http import Response
from .keys import find_by_key, readable
from .payload import reference
from .reading import Reader

ROLES_OF_USERS = "systemuserroles"  # who may pair these decides who may do everything


def associate(
    session: Session, table: Table, row_id: str, name: str, other: str, other_id: str
) -> None:
    """Set a reference: single-valued, the many side of a lookup, or a pair. Raises `Problem`."""
    if name in table.navigations:
        column, target = table.navigations[name]
        if other not in column.targets or (column.name != "ownerid" and other != target):
            raise syntax(f"'{name}' leads to '{target}', not to '{other}'.")
        values = {column.name: other_id}
        if column.type_name:
            values[column.type_name] = other
        update(session, table.name, [(row_id, values)])
    elif collection := session.model.collections[table.name].get(name):
        column = collection.column
        if other != collection.table:
            raise syntax(f"'{name}' holds rows of '{collection.table}', not of '{other}'.")
        values = {column.name: row_id}
        if column.type_name:
            values[column.type_name] = table.name
        update(session, other, [(other_id, values)])
    else:
        _pair(session, table, row_id, name, other, other_id)


def _pair(
    session: Session, table: Table, row_id: str, name: str, other: str, other_id: str
) -> None:
    relation = session.model.many[table.name].get(name)
    if relation is None:
        raise no_property(name, table.name)
    own, theirs, target = relation.side(table.name)
    if other != target:
        raise syntax(f"'{name}' leads to '{target}', not to '{other}'.")
    for checked, checked_id in ((table.name, row_id), (other, other_id)):
        if session.missing(checked, [checked_id]):
            raise no_row(checked, checked_id)
    session.caller.demand("append", table.name)
    session.caller.demand("write" if table.name == "systemuser" else "appendto", table.name)
    if relation.intersect == ROLES_OF_USERS:
        session.caller.demand("create", ROLES_OF_USERS)
    if _pair_id(session, relation.intersect, own, row_id, theirs, other_id):
        raise Problem(412, DUPLICATE_ID, "A record with matching key values already exists.")
    row = {own: row_id, theirs: other_id}
    create(session, relation.intersect, [row], checked=False)


def _pair_id(
    session: Session, intersect: str, own: str, row_id: str, theirs: str, other_id: str
) -> str | None:
    made = session.sql(intersect)
    key = made.c[session.table(intersect).key]
    wanted = sa.select(key).where(made.c[own] == row_id, made.c[theirs] == other_id)
    return session.connection.scalar(wanted)


def disassociate(
    session: Session, table: Table, row_id: str, name: str, other_id: str | None
) -> None:
    """Clear a reference; one that is not there is no error. Raises `Problem`."""
    if name in table.navigations:
        update(session, table.name, [(row_id, {table.navigations[name][0].name: None})])
    elif other_id is None:
        raise syntax("Which reference shall be removed? Name it in the address or in $id.")
    elif collection := session.model.collections[table.name].get(name):
        column = collection.column
        held = session.rows(collection.table, [other_id]).get(other_id)
        if held and held[column.name] == row_id:
            update(session, collection.table, [(other_id, {column.name: None})])
    elif relation := session.model.many[table.name].get(name):
        session.caller.demand("write", table.name)
        session.caller.demand("append", table.name)
        if relation.intersect == ROLES_OF_USERS:
            session.caller.demand("delete", ROLES_OF_USERS)
        own, theirs, _ = relation.side(table.name)
        pair = _pair_id(session, relation.intersect, own, row_id, theirs, other_id)
        if pair:
            delete(session, relation.intersect, [pair], checked=False)
    else:
        raise no_property(name, table.name)


def write_reference(
    call: Call, table: Table, keys: Mapping[str, Any], name: str, inner: Mapping[str, Any] | None
) -> Response:
    """POST, PUT or DELETE on `<row>/<navigation property>/$ref`."""
    row_id = find_by_key(call.session, table, keys)
    if call.request.method == "DELETE":
        disassociate(call.session, table, row_id, name, _other_id(call, table, name, inner))
        return Response(204)
    address = call.request.json().get("@odata.id")
    if not isinstance(address, str):
        raise syntax("The body needs an '@odata.id'.")
    associate(call.session, table, row_id, name, *reference(call.session, address, call.contents))
    return Response(204)


def _other_id(call: Call, table: Table, name: str, inner: Mapping[str, Any] | None) -> str | None:
    if call.options.get("$id"):
        return reference(call.session, call.options["$id"], call.contents)[1]
    if not inner:
        return None
    model = call.session.model
    if collection := model.collections[table.name].get(name):
        return find_by_key(call.session, call.session.table(collection.table), inner)
    if relation := model.many[table.name].get(name):
        return find_by_key(call.session, call.session.table(relation.side(table.name)[2]), inner)
    return None


def read_reference(call: Call, table: Table, keys: Mapping[str, Any], name: str) -> Response:
    """GET `<row>/<navigation property>/$ref`."""
    row_id = find_by_key(call.session, table, keys)
    row = readable(call.session, table, row_id)
    if name not in table.navigations:
        raise no_property(name, table.name)
    column, target = table.navigations[name]
    if not row[column.name]:
        return Response(204)
    address = call.address(call.session.table(target), row[column.name])
    return Response(200, {"@odata.id": address})


def follow(call: Call, table: Table, row_id: str, name: str) -> Response:
    """GET `<row>/<single-valued navigation property>`."""
    column, target = table.navigations[name]
    row = readable(call.session, table, row_id)
    if not row[column.name]:
        return Response(204)
    other = call.session.table(target)
    rows = Reader(call.session, other, call.options, call.request).by_ids([row[column.name]])
    if not rows:
        return Response(204)
    address = f"{call.request.base}$metadata#{other.set_name}/$entity"
    return Response(200, {"@odata.context": address, **rows[0]})
