"""CreateMultiple, UpdateMultiple, UpsertMultiple, DeleteMultiple: many rows, all or none."""

from collections.abc import Mapping
from typing import Any

from saumaton.odata.path import parse_path

from ..described import Table, parse_id
from ..problem import BAD_ARGUMENT, Problem, payload, syntax
from ..store import Row
from ..write import create, delete, update
from .crud import Call, _deep_many, _deep_single, insert
from .http import Response
from .keys import alternate, id_of, matching
from .payload import Incoming, incoming, reference

NAMESPACE = "Microsoft.Dynamics.CRM."


def _targets(call: Call, table: Table) -> list[Mapping[str, Any]]:
    targets = call.request.json().get("Targets")
    if not isinstance(targets, list) or not all(isinstance(item, dict) for item in targets):
        raise Problem(400, BAD_ARGUMENT, "Required field 'Targets' must be a list of objects.")
    for target in targets:
        kind = target.get("@odata.type")
        if not isinstance(kind, str) or kind.lstrip("#") != NAMESPACE + table.name:
            raise payload(
                table.name, f"'@odata.type' of a target must be '{NAMESPACE}{table.name}'."
            )
    return targets


def create_multiple(call: Call, table: Table) -> Response:
    rows = [incoming(call.session, table, t, True, call.contents) for t in _targets(call, table)]
    for row in rows:
        if row.single:
            _deep_single(call, table, row)
    ids = create(call.session, table.name, [row.values for row in rows])
    for row_id, row in zip(ids, rows, strict=True):
        if row.many or row.bound:
            _deep_many(call, table, row_id, row)
    address = f"{call.request.base}$metadata#{NAMESPACE}CreateMultipleResponse"
    return Response(200, {"@odata.context": address, "Ids": ids})


def update_multiple(call: Call, table: Table) -> Response:
    changes: list[tuple[str, Row]] = []
    nested: list[tuple[str, Incoming]] = []
    for target in _targets(call, table):
        row_id = _id_of(call, table, target)
        if row_id is None:
            raise syntax(f"A target needs its '{table.key}' or '@odata.id'.")
        found = incoming(call.session, table, target, False, call.contents)
        _deep_single(call, table, found)
        changes.append((row_id, found.values))
        nested.append((row_id, found))
    update(call.session, table.name, changes)
    for row_id, found in nested:
        if found.many or found.bound:
            _deep_many(call, table, row_id, found)
    return Response(204)


def _id_of(call: Call, table: Table, target: Mapping[str, Any]) -> str | None:
    if table.key in target:
        return parse_id(target[table.key])
    if isinstance(address := target.get("@odata.id"), str):
        name, row_id = reference(call.session, address, call.contents)
        if name != table.name:
            raise syntax(f"'{address[:100]}' is not in '{table.set_name}'.")
        return row_id
    key = _key_in(table, target)
    return matching(call.session, table, key) if key else None


def _key_in(table: Table, target: Mapping[str, Any]) -> Row:
    for key in table.keys:
        if all(target.get(name) is not None for name in key.columns):
            return {name: target[name] for name in key.columns}
    return {}


def upsert_multiple(call: Call, table: Table) -> Response:
    changes: list[tuple[str, Row]] = []
    new: list[Row] = []
    for target in _targets(call, table):
        row_id, key = _upsert_key(call, table, target)
        if row_id is None or call.session.missing(table.name, [row_id]):
            preset = {**key, **({table.key: row_id} if row_id else {})}
            found = incoming(call.session, table, target, True, call.contents)
            if found.single or found.many or found.bound:
                insert(call, table, target, preset)
                continue
            new.append({**preset, **found.values})
        else:
            found = incoming(call.session, table, target, False, call.contents)
            changes.append((row_id, {n: v for n, v in found.values.items() if n not in key}))
    if new:
        create(call.session, table.name, new)
    if changes:
        update(call.session, table.name, changes)
    return Response(204)


def _upsert_key(call: Call, table: Table, target: Mapping[str, Any]) -> tuple[str | None, Row]:
    """Return the id of the row a target means, if there is one, and its alternate key."""
    address = target.get("@odata.id")
    if isinstance(address, str):
        segment = parse_path(address.rpartition("/api/data/")[2].partition("?")[0])[-1]
        if segment.keys is None or call.session.model.sets.get(segment.name) is not table:
            raise syntax(f"'{address[:100]}' is not in '{table.set_name}'.")
        given = id_of(table, segment.keys)
        if given:
            return given, {}
        key = alternate(table, segment.keys)
        return matching(call.session, table, key), key
    if table.key in target:
        return parse_id(target[table.key]), {}
    if key := _key_in(table, target):
        return matching(call.session, table, key), key
    raise syntax("A target needs '@odata.id', its primary key or an alternate key.")


def delete_multiple(call: Call, table: Table) -> Response:
    ids = [_id_of(call, table, target) for target in _targets(call, table)]
    if not all(ids):
        raise syntax(f"A target needs its '{table.key}' or '@odata.id'.")
    delete(call.session, table.name, [row_id for row_id in ids if row_id])
    return Response(204)


BULK = {
    "CreateMultiple": create_multiple,
    "UpdateMultiple": update_multiple,
    "UpsertMultiple": upsert_multiple,
    "DeleteMultiple": delete_multiple,
}
