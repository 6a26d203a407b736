"""BulkDelete and RetrieveMetadataChanges, as Microsoft's Python SDK asks for them."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from ..described import parse_id
from ..problem import argument
from ..write import delete
from . import definitions
from .crud import Call
from .http import Response
from .operations import action, answer, function

Json = dict[str, Any]


@action("BulkDelete")
def bulk_delete(call: Call, body: dict[str, Any]) -> Response:
    """Delete the rows of a query at once; rows that are gone already are no error."""
    queries = body.get("QuerySet")
    if not isinstance(queries, list):
        raise argument("'QuerySet' must be a list.")
    for query in queries:
        table, ids = _wanted(call, query)
        held = call.session.rows(table, ids)
        if held:
            delete(call.session, table, list(held))
    return answer(call, "BulkDelete", {"JobId": str(uuid4())})


def _wanted(call: Call, query: Any) -> tuple[str, list[str]]:
    name = query.get("EntityName") if isinstance(query, dict) else None
    if name not in call.session.model.tables:
        raise argument("A query needs the EntityName of a table.")
    criteria = query.get("Criteria")
    conditions = criteria.get("Conditions") if isinstance(criteria, dict) else None
    if not isinstance(conditions, list) or len(conditions) != 1:
        raise argument("Only a single condition on the primary key is supported.")
    condition = conditions[0]
    if condition.get("AttributeName") != call.session.table(name).key:
        raise argument("Only a condition on the primary key is supported.")
    values = condition.get("Values")
    given = [v.get("Value") if isinstance(v, dict) else v for v in values or ()]
    return name, [row_id for row_id in map(parse_id, given) if row_id]


@function("RetrieveMetadataChanges")
def metadata_changes(call: Call, parameters: dict[str, Any]) -> Response:
    """Return definitions of tables that pass simple conditions, with their attributes."""
    query = parameters.get("Query")
    if not isinstance(query, dict):
        raise argument("'Query' must be an object.")
    model = call.session.model
    found = []
    for table in model.tables.values():
        item = definitions.table_json(table)
        if not _passes(item, query.get("Criteria")):
            continue
        chosen = _chosen(item, query.get("Properties"))
        attributes = query.get("AttributeQuery")
        if isinstance(attributes, dict):
            chosen["Attributes"] = [
                _chosen(attribute, attributes.get("Properties"))
                for attribute in definitions.attributes(table)
                if _passes(attribute, attributes.get("Criteria"))
            ]
        found.append(chosen)
    stamp = str(model.version)
    content = {"EntityMetadata": found, "ServerVersionStamp": stamp, "DeletedMetadata": None}
    return answer(call, "RetrieveMetadataChanges", content)


def _chosen(item: Json, properties: Any) -> Json:
    names = properties.get("PropertyNames") if isinstance(properties, dict) else None
    if not names:
        return dict(item)
    always = {"MetadataId", "LogicalName", "@odata.type", *names}
    return {name: value for name, value in item.items() if name in always}


def _passes(item: Json, criteria: Any) -> bool:
    if not isinstance(criteria, Mapping):
        return True
    conditions = criteria.get("Conditions") or []
    results = [_holds(item, condition) for condition in conditions if isinstance(condition, dict)]
    either = criteria.get("FilterOperator") == "Or"
    return (any(results) if either else all(results)) if results else True


def _holds(item: Json, condition: Json) -> bool:
    value = condition.get("Value")
    wanted = value.get("Value") if isinstance(value, dict) else value
    held = item.get(condition.get("PropertyName", ""))
    match condition.get("ConditionOperator"):
        case "Equals":
            return _same(held, wanted)
        case "NotEquals":
            return not _same(held, wanted)
        case "In":
            return any(_same(held, one) for one in wanted or ())
        case "NotIn":
            return not any(_same(held, one) for one in wanted or ())
    raise argument("The condition's operator is not supported.")


def _same(held: Any, wanted: Any) -> bool:
    if isinstance(held, bool):
        return str(held).lower() == str(wanted).lower()
    return str(held) == str(wanted)
