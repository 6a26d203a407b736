"""Addresses of metadata: service document, EntityDefinitions, RelationshipDefinitions."""

from collections.abc import Iterable
from typing import Any

from saumaton.odata.path import Segment
from saumaton.odata.tree import Literal

from ..described import Table, parse_id
from ..problem import NO_SUCH_ROW, NO_SUCH_SEGMENT, Problem
from . import csdl, definitions
from .crud import Call
from .definitions import Json
from .http import Response
from .jsonquery import refine

ROOTS = frozenset({"EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions"})
NAMESPACE = "Microsoft.Dynamics.CRM."
BELOW_TABLE = {
    "Attributes",
    "Keys",
    "OneToManyRelationships",
    "ManyToOneRelationships",
    "ManyToManyRelationships",
}


def service_document(call: Call) -> Response:
    sets = sorted(call.session.model.sets)
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in sets]
    return Response(200, {"@odata.context": f"{call.request.base}$metadata", "value": value})


def csdl_document(call: Call) -> Response:
    return Response(200, csdl.document(call.session.model), type="application/xml")


def respond(call: Call, segments: list[Segment]) -> Response:
    """Answer a request to metadata."""
    if call.request.method != "GET":
        from .customising import write

        return write(call, segments)
    first = segments[0]
    if first.name == "EntityDefinitions":
        return _tables(call, first, segments[1:])
    if first.name == "RelationshipDefinitions":
        return _relationships(call, first, segments[1:])
    return _list(call, first.name, [], {"MetadataId", "Name"})


def _list(
    call: Call, name: str, items: list[Json], known: set[str], expand: Any = None
) -> Response:
    value = refine(items, call.options, known, expand)
    return Response(200, {"@odata.context": f"{call.request.base}$metadata#{name}", "value": value})


def _one(call: Call, name: str, item: Json, known: set[str], expand: Any = None) -> Response:
    [row] = refine([item], {n: v for n, v in call.options.items() if n != "$filter"}, known, expand)
    return Response(200, {"@odata.context": f"{call.request.base}$metadata#{name}/$entity", **row})


def find_table(call: Call, segment: Segment) -> Table:
    """Return the table that `EntityDefinitions(...)` means. Raises `Problem` 404."""
    for table in call.session.model.tables.values():
        if _is_meant(segment, table.metadata_id, LogicalName=table.name):
            return table
    wanted = segment.text.partition("(")[2].rstrip(")")
    raise Problem(404, NO_SUCH_ROW, f"Could not find an entity with the key {wanted}.")


def _is_meant(segment: Segment, metadata_id: str, **names: str) -> bool:
    for name, node in (segment.keys or {}).items():
        value = str(node.value) if isinstance(node, Literal) else ""
        if name in ("", "MetadataId"):
            return parse_id(value) == metadata_id
        return names.get(name) == value
    return False


def _tables(call: Call, first: Segment, rest: list[Segment]) -> Response:
    model = call.session.model

    def expand(item: Json, name: str) -> Any:
        return below(call, model.tables[item["LogicalName"]], name)

    if first.keys is None:
        items = [definitions.table_json(table) for table in model.tables.values()]
        return _list(call, "EntityDefinitions", items, set(items[0]), expand)
    table = find_table(call, first)
    if not rest:
        item = definitions.table_json(table)
        return _one(call, "EntityDefinitions", item, set(item), expand)
    items = below(call, table, rest[0].name)
    return _below(call, f"EntityDefinitions({table.metadata_id})/{rest[0].name}", items, rest)


def below(call: Call, table: Table, name: str) -> list[Json]:
    """Return what hangs on a table's definition under a name. Raises `Problem` 404."""
    model = call.session.model
    match name:
        case "Attributes":
            return definitions.attributes(table)
        case "Keys":
            return definitions.keys(table)
        case "ManyToOneRelationships":
            return definitions.many_to_one(table)
        case "OneToManyRelationships":
            return definitions.one_to_many_of(model, table.name)
        case "ManyToManyRelationships":
            return definitions.many_of(model, table.name)
    raise Problem(404, NO_SUCH_SEGMENT, f"Resource not found for the segment '{name}'.")


def _below(call: Call, name: str, items: list[Json], rest: list[Segment]) -> Response:
    """Answer below a definition: a list, one of its members, a cast, a property."""
    *_, last = rest
    casts = [segment.bare for segment in rest[1:] if segment.name.startswith(NAMESPACE)]
    properties = [s.name for s in rest[1:] if not s.name.startswith(NAMESPACE)]
    for cast in casts:
        items = [item for item in items if item.get("@odata.type", "").endswith(f".{cast}")]
    known, expand = _known(items), _with_option_set(items)
    if not rest[0].keys:
        return _list(call, name, [_plain(item) for item in items], known, expand)
    found = [item for item in items if is_wanted(rest[0], item)]
    if not found:
        raise Problem(404, NO_SUCH_ROW, f"Could not find '{rest[0].text[:100]}'.")
    if properties:
        return _property(call, name, found[0], last.name)
    return _one(call, name, _plain(found[0]), known, expand)


def is_wanted(segment: Segment, item: Json) -> bool:
    """Is this definition the one that an address means?"""
    names = {"LogicalName": item.get("LogicalName", ""), "SchemaName": item.get("SchemaName", "")}
    return _is_meant(segment, item["MetadataId"], **names)


def _known(items: Iterable[Json]) -> set[str]:
    known = {name for item in items for name in item}
    return known | {"GlobalOptionSet"} if known else known


def _plain(item: Json) -> Json:
    """Return an attribute without its option set, which only `$expand` gives."""
    return {name: value for name, value in item.items() if name != "OptionSet"}


def _with_option_set(items: Iterable[Json]) -> Any:
    sets = {item["MetadataId"]: item.get("OptionSet") for item in items}

    def expand(item: Json, name: str) -> Any:
        return sets[item["MetadataId"]] if name == "OptionSet" else item.get(name)

    return expand


def _property(call: Call, name: str, item: Json, wanted: str) -> Response:
    if wanted not in item:
        raise Problem(404, NO_SUCH_SEGMENT, f"Resource not found for the segment '{wanted}'.")
    value = item[wanted]
    address = f"{call.request.base}$metadata#{name}/{wanted}"
    if isinstance(value, dict):
        [value] = refine([value], call.options, set(value))
        return Response(200, {"@odata.context": address, **value})
    return Response(200, {"@odata.context": address, "value": value})


def _relationships(call: Call, first: Segment, rest: list[Segment]) -> Response:
    items = definitions.relationships(call.session.model)
    return _below(call, "RelationshipDefinitions", items, [first, *rest])
