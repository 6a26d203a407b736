"""Create, read, update, upsert and delete one row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saumaton.odata.path import Segment

from ..described import Table
from ..problem import DUPLICATE_ID, STALE, Problem, no_row
from ..store import Row, Session
from ..write import create, delete, update
from .http import Request, Response
from .keys import alternate, find_by_key, id_of, matching, readable
from .payload import Incoming, incoming, reference
from .reading import Reader, aliases, check_options
from .shape import etag


@dataclass
class Call:
    """One request on its way: session, request, options, what `$1` stands for."""

    session: Session
    request: Request
    options: Mapping[str, str]
    contents: dict[str, str] = field(default_factory=dict)

    def table(self, segment: Segment) -> Table:
        table = self.session.model.sets.get(segment.name)
        if table is None:
            raise Problem(
                404, "0x8006088a", f"Resource not found for the segment '{segment.name}'."
            )
        return table

    def address(self, table: Table, row_id: str) -> str:
        return f"{self.request.base}{table.set_name}({row_id})"


def create_one(call: Call, table: Table, preset: Row | None = None) -> Response:
    """POST to an entity set."""
    row_id = insert(call, table, call.request.json(), preset)
    return _created(call, table, row_id)


def insert(call: Call, table: Table, body: Mapping[str, Any], preset: Row | None = None) -> str:
    """Make a row and the rows inside it; return its id."""
    found = incoming(call.session, table, body, True, call.contents)
    found.values |= preset or {}
    _deep_single(call, table, found)
    [row_id] = create(call.session, table.name, [found.values])
    _deep_many(call, table, row_id, found)
    return row_id


def _deep_single(call: Call, table: Table, found: Incoming) -> None:
    for name, body in found.single.items():
        column, target = table.navigations[name]
        found.values[column.name] = insert(call, call.session.table(target), body)
        if column.type_name:
            found.values[column.type_name] = target


def _deep_many(call: Call, table: Table, row_id: str, found: Incoming) -> None:
    from .associate import associate

    for name, bodies in found.many.items():
        collection = call.session.model.collections[table.name][name]
        column = collection.column
        preset = {column.name: row_id}
        if column.type_name:
            preset[column.type_name] = table.name
        for body in bodies:
            insert(call, call.session.table(collection.table), body, preset)
    for name, addresses in found.bound.items():
        for address in addresses:
            other = reference(call.session, address, call.contents)
            associate(call.session, table, row_id, name, *other)


def _created(call: Call, table: Table, row_id: str) -> Response:
    if call.request.wants_representation:
        return represented(call, table, row_id, 201)
    address = call.address(table, row_id)
    return Response(204, headers={"OData-EntityId": address, "Location": address})


def represented(call: Call, table: Table, row_id: str, status: int) -> Response:
    """Return the row as it is now, as the answer to a write."""
    options = {n: v for n, v in call.options.items() if n == "$select" or status == 201}
    row = _reader(call, table, options).by_ids([row_id])[0]
    content = {"@odata.context": context(call, table, options, single=True), **row}
    headers = {"Preference-Applied": "return=representation", "ETag": str(row["@odata.etag"])}
    return Response(status, content, headers)


def _reader(call: Call, table: Table, options: Mapping[str, str]) -> Reader:
    """Return a reader; the requests of one change set that want the same share it."""
    kept: dict[Any, Reader] = call.session.remembered.setdefault("readers", {})
    key = (table.name, tuple(options.items()), call.request.annotations)
    if key not in kept:
        kept[key] = Reader(call.session, table, options, call.request)
    return kept[key]


def context(call: Call, table: Table, options: Mapping[str, str], single: bool = False) -> str:
    columns = f"({options['$select']})" if options.get("$select") else ""
    entity = "/$entity" if single else ""
    return f"{call.request.base}$metadata#{table.set_name}{columns}{entity}"


def retrieve(call: Call, table: Table, keys: Mapping[str, Any]) -> Response:
    """GET one row."""
    check_options(call.options)
    reader = Reader(call.session, table, call.options, call.request, aliases(call.options))
    row_id = find_by_key(call.session, table, keys)
    held = readable(call.session, table, row_id)
    tag = etag(held) if not table.intersect else ""
    plain = not reader.expands and not reader.shape.annotated
    if plain and tag and call.request.headers.get("if-none-match") == tag:
        return Response(304, headers={"ETag": tag})
    row = reader.by_ids([row_id])[0]
    content = {"@odata.context": context(call, table, call.options, single=True), **row}
    headers = {"ETag": tag} if tag else {}
    return Response(200, content, headers | applied(call.request))


def applied(request: Request) -> dict[str, str]:
    """Return the header that says which preferences were honoured."""
    found = []
    if any(request.annotations):
        found.append(f'odata.include-annotations="{",".join(request.annotations)}"')
    if "maxpagesize" in request.preferences:
        found.append(f"odata.maxpagesize={request.preferences['maxpagesize']}")
    if "track-changes" in request.preferences:
        found.append("odata.track-changes")
    return {"Preference-Applied": ",".join(found)} if found else {}


def change_one(call: Call, table: Table, keys: Mapping[str, Any], key_text: str) -> Response:
    """PATCH one row: an update, or an upsert unless `If-Match` stands against it."""
    given = id_of(table, keys)
    wanted = alternate(table, keys) if given is None else {}
    if given and "if-match" in call.request.headers:
        row_id: str | None = given  # if it is missing, the update says so
    else:
        row_id = matching(call.session, table, wanted or {table.key: given})
    only_new = call.request.headers.get("if-none-match") == "*"
    if row_id is None:
        return _upserted(call, table, given, wanted, key_text)
    if only_new:
        raise Problem(412, DUPLICATE_ID, "A record with matching key values already exists.")
    demand_fresh(call, table, row_id)
    change(call, table, row_id, call.request.json(), skipped=frozenset(wanted))
    if call.request.wants_representation:
        return represented(call, table, row_id, 200)
    return Response(204, headers={"OData-EntityId": f"{call.request.base}{key_text}"})


def _upserted(call: Call, table: Table, given: str | None, wanted: Row, key_text: str) -> Response:
    if "if-match" in call.request.headers:
        if given:
            raise no_row(table.name, given)
        raise Problem(
            404,
            "0x80060891",
            f"A record with the specified key values does not exist in {table.name} entity",
        )
    body = call.request.json()
    preset = {table.key: given} if given else {n: v for n, v in wanted.items() if n not in body}
    row_id = insert(call, table, body, preset)
    if call.request.wants_representation:
        return represented(call, table, row_id, 201)
    return Response(204, headers={"OData-EntityId": f"{call.request.base}{key_text}"})


def demand_fresh(call: Call, table: Table, row_id: str) -> None:
    """Raise 412 if `If-Match` names another version than the row has."""
    wanted = call.request.headers.get("if-match", "*")
    if wanted == "*":
        return
    held = call.session.rows(table.name, [row_id]).get(row_id)
    if held is None:
        raise no_row(table.name, row_id)
    if wanted != etag(held):
        raise Problem(
            412,
            STALE,
            "The version of the existing record doesn't match the RowVersion property provided.",
        )


def change(
    call: Call,
    table: Table,
    row_id: str,
    body: Mapping[str, Any],
    skipped: frozenset[str] = frozenset(),
) -> None:
    """Change a row from a JSON object."""
    found = incoming(call.session, table, body, False, call.contents)
    _deep_single(call, table, found)
    values = {name: value for name, value in found.values.items() if name not in skipped}
    update(call.session, table.name, [(row_id, values)])
    found.single.clear()
    _deep_many(call, table, row_id, found)


def delete_one(call: Call, table: Table, keys: Mapping[str, Any]) -> Response:
    row_id = find_by_key(call.session, table, keys)
    demand_fresh(call, table, row_id)
    delete(call.session, table.name, [row_id])
    return Response(204)
