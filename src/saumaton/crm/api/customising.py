"""Changing metadata: tables, columns, keys and relationships made, changed and dropped."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from saumaton.odata.path import Segment

from .. import customised
from ..described import ACTIVE_OR_NOT, Column, Key, Kind, ManyToMany, Table, guid, metadata_id
from ..problem import NO_SUCH_ROW, Problem, argument
from . import definitions
from .crud import Call
from .http import Response
from .metadata import below, find_table, is_wanted
from .operations import action, answer

Json = Mapping[str, Any]
_TYPE = re.compile(r"(?:^|\.)(?:Complex)?(\w+?)AttributeMetadata\Z")
_SCHEMA = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]{1,50}\Z")
_KINDS = {
    "String": Kind.TEXT,
    "Memo": Kind.MEMO,
    "Integer": Kind.WHOLE,
    "BigInt": Kind.BIG,
    "Decimal": Kind.DECIMAL,
    "Double": Kind.DOUBLE,
    "Money": Kind.MONEY,
    "Boolean": Kind.YES_NO,
    "Picklist": Kind.CHOICE,
    "DateTime": Kind.MOMENT,
}


def write(call: Call, segments: list[Segment]) -> Response:
    """Answer POST, PUT, PATCH and DELETE on metadata."""
    call.session.caller.must("Customize")
    first, method = segments[0], call.request.method
    if first.name == "RelationshipDefinitions":
        if method == "POST" and first.keys is None:
            return _add_relationship(call, call.request.json())
        if method == "DELETE":
            return _drop_relationship(call, first)
    elif first.name == "EntityDefinitions":
        if first.keys is None and method == "POST":
            return _made(
                call, "EntityDefinitions", add_table(call, call.request.json()).metadata_id
            )
        if first.keys is not None:
            return _on_table(call, find_table(call, first), segments[1:], method)
    raise Problem(405, "0x80060888", f"{method} is not supported on '{first.name}'.")


def _made(call: Call, path: str, made_id: str) -> Response:
    address = f"{call.request.base}{path}({made_id})"
    return Response(204, headers={"OData-EntityId": address, "Location": address})


def _on_table(call: Call, table: Table, rest: list[Segment], method: str) -> Response:
    if not rest:
        if method == "DELETE":
            customised.drop_table(call.session, table.name)
        else:
            _relabel(call, table, call.request.json())
        return Response(204)
    path = f"EntityDefinitions({table.metadata_id})/{rest[0].name}"
    if rest[0].name == "Attributes":
        return _on_column(call, table, rest[0], method, path)
    if rest[0].name == "Keys":
        return _on_key(call, table, rest[0], method, path)
    raise Problem(405, "0x80060888", f"{method} is not supported on '{rest[0].name}'.")


def _on_column(call: Call, table: Table, segment: Segment, method: str, path: str) -> Response:
    if method == "POST" and not segment.keys:
        column = column_from(call.request.json())
        customised.add_column(call.session, table.name, column)
        return _made(call, path, definitions.column_id(table, column))
    found = _found(call, table, segment)
    column = table.all_columns[found["LogicalName"]]
    if method == "DELETE":
        customised.drop_column(call.session, table.name, column.name)
    else:
        body = {**found, **call.request.json(), "SchemaName": column.schema_name}
        changed = _changed(column, body)
        customised.change_column(call.session, table.name, changed)
    return Response(204)


def _changed(column: Column, body: Json) -> Column:
    if column.kind is Kind.LOOKUP or not column.custom:
        named = text_of(body.get("DisplayName")) or column.label
        return replace(column, label=named, description=text_of(body.get("Description")))
    changed = column_from(body)
    return replace(changed, kind=column.kind, name=column.name, id=column.id)


def _on_key(call: Call, table: Table, segment: Segment, method: str, path: str) -> Response:
    if method == "POST":
        body = call.request.json()
        names = body.get("KeyAttributes")
        if not isinstance(names, list) or not names or not _SCHEMA.match(_schema(body)):
            raise argument("A key needs a SchemaName with a prefix, and KeyAttributes.")
        columns = tuple(str(name) for name in names)
        key = Key(_schema(body), columns, text_of(body.get("DisplayName")), str(uuid4()))
        customised.add_key(call.session, table.name, key)
        return _made(call, path, key.id)
    if method != "DELETE":
        raise Problem(405, "0x80060888", f"{method} is not supported on 'Keys'.")
    found = _found(call, table, segment)
    [key] = [key for key in table.keys if key.name == found["SchemaName"]]
    customised.drop_key(call.session, table.name, key)
    return Response(204)


def _found(call: Call, table: Table, segment: Segment) -> dict[str, Any]:
    for item in below(call, table, segment.name):
        if is_wanted(segment, item):
            return item
    raise Problem(404, NO_SUCH_ROW, f"Could not find '{segment.text[:100]}'.")


def text_of(value: Any) -> str:
    """Return the text of a label."""
    if not isinstance(value, dict):
        return ""
    for label in (value.get("UserLocalizedLabel"), *(value.get("LocalizedLabels") or ())):
        if isinstance(label, dict) and isinstance(label.get("Label"), str):
            return str(label["Label"])
    return ""


def _schema(body: Json) -> str:
    return str(body.get("SchemaName") or "")


def column_from(body: Json) -> Column:
    """Return the description of a column of a definition. Raises `Problem`."""
    schema = _schema(body)
    if not _SCHEMA.match(schema):
        raise argument(f"The SchemaName '{schema[:80]}' needs a publisher's prefix, as in new_x.")
    match = _TYPE.search(str(body.get("@odata.type", "")))
    kind = _KINDS.get(match[1]) if match else None
    if kind is None:
        raise argument(f"Columns of the type '{str(body.get('@odata.type'))[:80]}' cannot be made.")
    if kind is Kind.MOMENT and body.get("Format") == "DateOnly":
        kind = Kind.DATE
    return Column(
        schema.lower(),
        kind,
        required=_level(body) in ("SystemRequired",),
        schema=schema,
        label=text_of(body.get("DisplayName")),
        description=text_of(body.get("Description")),
        custom=True,
        id=str(uuid4()),
        **_limits(kind, body),
    )


def _level(body: Json) -> str:
    level = body.get("RequiredLevel")
    return str(level.get("Value")) if isinstance(level, dict) else ""


def _limits(kind: Kind, body: Json) -> dict[str, Any]:
    if kind in (Kind.TEXT, Kind.MEMO):
        length = _whole(body.get("MaxLength"), 100 if kind is Kind.TEXT else 2000)
        return {"length": min(length, 1_048_576)}
    if kind in (Kind.DECIMAL, Kind.MONEY, Kind.DOUBLE):
        decimals = 4 if kind is Kind.MONEY else min(_whole(body.get("Precision"), 2), 10)
        most = 9e18 / 10**decimals
        low, high = body.get("MinValue"), body.get("MaxValue")
        return {"decimals": decimals, "low": _limit(low, -most), "high": _limit(high, most)}
    if kind in (Kind.WHOLE, Kind.BIG):
        most = 2**31 - 1 if kind is Kind.WHOLE else 2**63 - 1
        low, high = body.get("MinValue"), body.get("MaxValue")
        return {"low": _limit(low, -most - 1), "high": _limit(high, most)}
    if kind is Kind.CHOICE:
        return {"options": _options(body.get("OptionSet"))}
    if kind is Kind.YES_NO:
        return {
            "options": _yes_no(body.get("OptionSet")),
            "default": int(bool(body.get("DefaultValue"))),
        }
    return {}


def _whole(value: Any, default: int) -> int:
    return (
        value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default
    )


def _limit(value: Any, widest: float) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return widest
    return max(value, widest) if widest < 0 else min(value, widest)


def _options(value: Any) -> tuple[tuple[int, str], ...]:
    options = value.get("Options") if isinstance(value, dict) else None
    if not isinstance(options, list):
        raise argument("A choice needs an OptionSet with Options.")
    found = []
    for place, option in enumerate(options):
        number = option.get("Value") if isinstance(option, dict) else None
        chosen = number if isinstance(number, int) else 100_000_000 + place
        found.append((chosen, text_of(option.get("Label")) if isinstance(option, dict) else ""))
    if len({number for number, _ in found}) < len(found):
        raise argument("Two options have the same value.")
    return tuple(found)


def _yes_no(value: Any) -> tuple[tuple[int, str], ...]:
    sets = value if isinstance(value, dict) else {}
    yes, no = sets.get("TrueOption") or {}, sets.get("FalseOption") or {}
    return ((0, text_of(no.get("Label")) or "No"), (1, text_of(yes.get("Label")) or "Yes"))


def plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def add_table(call: Call, body: Json) -> Table:
    """Make a table of a definition. Raises `Problem`."""
    schema = _schema(body)
    if not _SCHEMA.match(schema):
        raise argument(f"The SchemaName '{schema[:80]}' needs a publisher's prefix, as in new_x.")
    attributes = body.get("Attributes")
    if not isinstance(attributes, list) or not all(isinstance(a, dict) for a in attributes):
        raise argument("A table needs Attributes.")
    primary = [a for a in attributes if a.get("IsPrimaryName")]
    if len(primary) != 1:
        raise argument("A table needs exactly one attribute that IsPrimaryName.")
    table = Table(
        name=schema.lower(),
        set_name=plural(schema.lower()),
        primary_name=_schema(primary[0]).lower(),
        columns=tuple(column_from(attribute) for attribute in attributes),
        schema=schema,
        label=text_of(body.get("DisplayName")),
        plural=text_of(body.get("DisplayCollectionName")),
        description=text_of(body.get("Description")),
        code=10_000 + len(call.session.model.tables),
        states=ACTIVE_OR_NOT,
        owned=body.get("OwnershipType", "UserOwned") == "UserOwned",
        activity=False,
        custom=True,
        id=str(uuid4()),
    )
    customised.add_table(call.session, table)
    return table


def _relabel(call: Call, table: Table, body: Json) -> None:
    labels = {
        "label": text_of(body.get("DisplayName")) or table.label,
        "plural": text_of(body.get("DisplayCollectionName")) or table.plural,
        "description": text_of(body.get("Description")) or table.description,
        "tracked": bool(body.get("ChangeTrackingEnabled", table.tracked)),
    }
    customised.relabel(call.session, table.name, labels)


@action("CreateEntities")
def create_entities(call: Call, body: dict[str, Any]) -> Response:
    call.session.caller.must("Customize")
    entities = body.get("Entities")
    if not isinstance(entities, list) or not all(isinstance(e, dict) for e in entities):
        raise argument("'Entities' must be a list.")
    made = [add_table(call, entity) for entity in entities]
    columns = [column.id for table in made for column in table.columns]
    found = {"EntityIds": [table.metadata_id for table in made], "AttributeIds": columns}
    return answer(call, "CreateEntities", found)


def _add_relationship(call: Call, body: Json) -> Response:
    schema = _schema(body)
    if not _SCHEMA.match(schema):
        raise argument(f"The SchemaName '{schema[:80]}' needs a publisher's prefix, as in new_x.")
    taken = {item["SchemaName"] for item in definitions.relationships(call.session.model)}
    if schema in taken:
        raise argument(f"The relationship '{schema}' exists already.")
    if str(body.get("@odata.type", "")).endswith("ManyToManyRelationshipMetadata"):
        return _made(call, "RelationshipDefinitions", _add_pairs(call, body, schema))
    return _made(call, "RelationshipDefinitions", _add_lookup(call, body, schema))


_CASCADES = {"Cascade": "cascade", "Restrict": "restrict", "RemoveLink": "clear"}


def _existing(call: Call, name: Any) -> str:
    if name not in call.session.model.tables:
        raise argument(f"There is no table '{str(name)[:80]}'.")
    return str(name)


def _add_lookup(call: Call, body: Json, schema: str) -> str:
    target = _existing(call, body.get("ReferencedEntity"))
    table = _existing(call, body.get("ReferencingEntity"))
    lookup = body.get("Lookup")
    if not isinstance(lookup, dict) or not _SCHEMA.match(_schema(lookup)):
        raise argument("A relationship needs a Lookup with a SchemaName that has a prefix.")
    cascade = body.get("CascadeConfiguration")
    deleting = cascade.get("Delete") if isinstance(cascade, dict) else ""
    column = Column(
        _schema(lookup).lower(),
        Kind.LOOKUP,
        targets=(target,),
        backs=(schema,),
        schema=_schema(lookup),
        label=text_of(lookup.get("DisplayName")),
        description=text_of(lookup.get("Description")),
        cascade=_CASCADES.get(str(deleting), "clear"),
        custom=True,
        id=str(uuid4()),
    )
    customised.add_column(call.session, table, column)
    return metadata_id("relation", table, column.name, target)


def _add_pairs(call: Call, body: Json, schema: str) -> str:
    first = _existing(call, body.get("Entity1LogicalName"))
    second = _existing(call, body.get("Entity2LogicalName"))
    name = str(body.get("IntersectEntityName") or schema).lower()
    ours, theirs = (f"{first}id", f"{second}id") if first != second else ("firstid", "secondid")
    intersect = Table(
        name=name,
        set_name=f"{name}set",
        primary_name=f"{name}id",
        columns=(guid(ours), guid(theirs)),
        unique=((ours, theirs),),
        intersect=True,
        custom=True,
        id=str(uuid4()),
    )
    relation = ManyToMany(schema, name, first, second, ours, theirs, custom=True, id=str(uuid4()))
    customised.add_relation(call.session, relation, intersect)
    return relation.id


def _drop_relationship(call: Call, segment: Segment) -> Response:
    model = call.session.model
    items = definitions.relationships(model)
    found = next((item for item in items if is_wanted(segment, item)), None)
    if found is None:
        raise Problem(404, NO_SUCH_ROW, f"Could not find '{segment.text[:100]}'.")
    if "IntersectEntityName" in found:
        [relation] = [r for r in model.relations if r.name == found["SchemaName"]]
        customised.drop_relation(call.session, relation)
    else:
        table, column = found["ReferencingEntity"], found["ReferencingAttribute"]
        customised.drop_column(call.session, table, column)
    return Response(204)


@action("PublishXml")
def publish(call: Call, body: dict[str, Any]) -> Response:
    call.session.caller.must("Customize")
    return Response(204)  # what is customised here is there at once


@action("PublishAllXml")
def publish_all(call: Call, body: dict[str, Any]) -> Response:
    return publish(call, body)
