"""Addresses to what answers them."""

from typing import Any

import orjson

from saumaton.odata.path import Segment, parse_path
from saumaton.odata.tree import Enumerated, ListOf, Literal, Names, Node

from ..described import Kind, Table
from ..problem import NO_SUCH_SEGMENT, Problem, no_property
from ..values import shower
from ..write import update
from . import bulkdelete, customising, metadata, processes
from .associate import follow, read_reference, write_reference
from .bulk import BULK
from .crud import Call, change_one, create_one, delete_one, retrieve
from .filters import Scope, related
from .http import Response
from .keys import find_by_key, readable
from .listing import count_list, read_list
from .operations import ACTIONS, FUNCTIONS
from .payload import setters
from .reading import aliases

OPERATING = (bulkdelete, customising, processes)  # modules that register functions and actions


def route(call: Call) -> Response:
    """Answer one request, not a batch. Raises `Problem` and `BadQuery`."""
    segments = parse_path(call.request.path, aliases(call.options))
    if not segments:
        return metadata.service_document(call)
    first = segments[0]
    if first.name == "$metadata":
        return metadata.csdl_document(call)
    if first.name in metadata.ROOTS:
        return metadata.respond(call, segments)
    if first.name not in call.session.model.sets:
        return _operation(call, segments)
    table = call.table(first)
    if first.keys is None:
        return _on_set(call, table, segments[1:])
    return _on_row(call, table, first, segments[1:])


def _not_found(segment: Segment) -> Problem:
    return Problem(404, NO_SUCH_SEGMENT, f"Resource not found for the segment '{segment.name}'.")


def _wrong_method(call: Call) -> Problem:
    return Problem(
        405, "0x80060888", f"The requested resource does not support {call.request.method}."
    )


def _operation(call: Call, segments: list[Segment]) -> Response:
    """An unbound function or action."""
    first, method = segments[0], call.request.method
    if len(segments) == 1 and method == "GET" and first.bare in FUNCTIONS:
        return FUNCTIONS[first.bare](call, {n: plain(v) for n, v in (first.keys or {}).items()})
    if len(segments) == 1 and method == "POST" and first.bare in ACTIONS:
        return ACTIONS[first.bare](call, call.request.json())
    if first.bare in FUNCTIONS or first.bare in ACTIONS:
        raise _wrong_method(call)
    raise _not_found(first)


def plain(node: Node) -> Any:
    """Return a parameter of a function as a plain value."""
    match node:
        case Literal(str() as value) if value.startswith(("{", "[")):
            return _json(value)
        case Literal(value):
            return value
        case ListOf(items):
            return [plain(item) for item in items]
        case Enumerated(_, member):
            return member
        case Names(names):
            return "/".join(names)
    return None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return text


def _on_set(call: Call, table: Table, rest: list[Segment]) -> Response:
    method = call.request.method
    if not rest and method == "GET":
        return read_list(call, table)
    if not rest and method == "POST":
        return create_one(call, table)
    if len(rest) == 1 and rest[0].name == "$count" and method == "GET":
        return count_list(call, table)
    if len(rest) == 1 and rest[0].bare in BULK and method == "POST":
        return BULK[rest[0].bare](call, table)
    if len(rest) == 1 and rest[0].bare in ACTIONS and method == "POST":
        return ACTIONS[rest[0].bare](call, call.request.json())
    raise _not_found(rest[0]) if rest else _wrong_method(call)


def _on_row(call: Call, table: Table, first: Segment, rest: list[Segment]) -> Response:
    keys = first.keys or {}
    if rest:
        return _below_row(call, table, first, rest)
    match call.request.method:
        case "GET":
            return retrieve(call, table, keys)
        case "PATCH" | "PUT":
            return change_one(call, table, keys, first.text)
        case "DELETE":
            return delete_one(call, table, keys)
    raise _wrong_method(call)


def _below_row(call: Call, table: Table, first: Segment, rest: list[Segment]) -> Response:
    keys, name = first.keys or {}, rest[0].name
    model = call.session.model
    if rest[-1].name == "$ref":
        if call.request.method == "GET":
            return read_reference(call, table, keys, name)
        return write_reference(call, table, keys, name, rest[0].keys)
    if rest[0].bare in ACTIONS and call.request.method == "POST":
        body = call.request.json()
        row_id = find_by_key(call.session, table, keys)
        return ACTIONS[rest[0].bare](call, {"entity": row_id, **body})
    if name in table.navigations and len(rest) == 1 and call.request.method == "GET":
        return follow(call, table, find_by_key(call.session, table, keys), name)
    if name in model.collections[table.name] or name in model.many[table.name]:
        return _collection(call, table, first, rest)
    if name in table.by_property or name in table.all_columns:
        return _column(call, table, first, rest)
    raise _not_found(rest[0])


def _collection(call: Call, table: Table, first: Segment, rest: list[Segment]) -> Response:
    row_id = find_by_key(call.session, table, first.keys or {})
    readable(call.session, table, row_id)
    name = rest[0].name
    collection = call.session.model.collections[table.name].get(name)
    if call.request.method == "POST" and len(rest) == 1 and collection:
        preset = {collection.column.name: row_id}
        if collection.column.type_name:
            preset[collection.column.type_name] = table.name
        return create_one(call, call.session.table(collection.table), preset)
    if call.request.method != "GET":
        raise _wrong_method(call)
    other, wanted = _members(call, table, row_id, name)
    if len(rest) == 2 and rest[1].name == "$count":
        return count_list(call, other, wanted)
    return read_list(call, other, wanted)


def _members(call: Call, table: Table, row_id: str, name: str) -> tuple[Table, Any]:
    import sqlalchemy as sa

    owner = call.session.sql(table.name).alias()
    other, made, joined = related(Scope(call.session, table, owner), name)
    wanted = (
        sa.select(made.c[other.key])
        .select_from(made.join(owner, joined))
        .where(owner.c[table.key] == row_id)
    )
    return other, sa.literal_column(other.key).in_(wanted)


def _column(call: Call, table: Table, first: Segment, rest: list[Segment]) -> Response:
    """One column: GET, PUT, DELETE; `$value` gives it as text."""
    name = rest[0].name
    column = table.by_property.get(name) or table.all_columns.get(name)
    if column is None:
        raise no_property(name, table.name)
    row_id = find_by_key(call.session, table, first.keys or {})
    if call.request.method in ("PUT", "DELETE"):
        if column.kind is Kind.LOOKUP:
            raise no_property(name, table.name)
        value = call.request.json().get("value") if call.request.method == "PUT" else None
        convert = setters(call.session, table, False).get(name)
        if convert is None:
            raise no_property(name, table.name)
        update(call.session, table.name, [(row_id, {name: convert(value)})])
        return Response(204)
    value = readable(call.session, table, row_id)[column.name]
    if value is None:
        return Response(204)
    if rest[-1].name == "$value":
        return Response(200, str(value).encode(), type="text/plain; charset=utf-8")
    show = shower(column)
    address = f"{call.request.base}$metadata#{table.set_name}({row_id})/{name}"
    return Response(200, {"@odata.context": address, "value": show(value) if show else value})
