"""FetchXML: XML queries to SQL, with linked tables, aggregates and paging cookies."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

import sqlalchemy as sa
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..described import TEXTS, Column, Table
from ..problem import Problem, syntax
from ..rights import visible
from ..values import shower
from .aggregates import computed
from .crud import Call, applied, context
from .filters import Scope, folded
from .http import Response
from .operators import compare
from .reading import LARGEST_PAGE
from .shape import label, names_of

METHODS = {"sum": "sum", "avg": "average", "min": "min", "max": "max"}
FORMATTED = "@OData.Community.Display.V1.FormattedValue"
DEEPEST = 10


@dataclass
class Place:
    """One entity of the query: its scope and the prefix of its columns in the answer."""

    scope: Scope
    alias: str = ""


@dataclass
class Output:
    """One column of the answer."""

    name: str
    expression: Any
    show: Any
    column: Column | None = None
    grouped: bool = False


@dataclass
class Query:
    """A FetchXML query on its way to SQL."""

    call: Call
    root: Place
    places: dict[str, Place] = field(default_factory=dict)
    source: Any = None
    wheres: list[Any] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    aggregate: bool = False
    links: int = 0


def parse(text: str) -> Element:
    """Return the root of a FetchXML text. Raises `Problem`."""
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Problem(400, "0x80040201", f"Malformed FetchXML: {error}") from error
    if root.tag != "fetch" or root.find("entity") is None:
        raise Problem(400, "0x80040201", "FetchXML needs a fetch element with an entity.")
    return root


def fetch(call: Call, table: Table) -> Response:
    """Answer `?fetchXml=` on an entity set."""
    root = parse(call.options["fetchXml"])
    entity = root.find("entity")
    assert entity is not None
    if entity.get("name") != table.name:
        raise Problem(
            400, "0x80041102", f"The entity '{entity.get('name')}' is not in '{table.set_name}'."
        )
    query = _begun(call, table, root.get("aggregate") == "true")
    _links(query, query.root, entity, 0)  # first: filters and orders may name linked tables
    _own(query, query.root, entity)
    size, page = _size(root), _number(root, "page", 1)
    rows = _rows(query, root, size, page)
    content: dict[str, Any] = {"@odata.context": context(call, table, {})}
    if root.get("returntotalrecordcount") == "true":
        content["@Microsoft.Dynamics.CRM.totalrecordcount"] = _total(query)
    if len(rows) > size and root.get("top") is None:
        content |= _more(call, table, rows[:size], page)
    content["value"] = _shown(query, rows[:size])
    return Response(200, content, applied(call.request))


def _begun(call: Call, table: Table, aggregate: bool) -> Query:
    made = call.session.sql(table.name).alias()
    root = Place(Scope(call.session, table, made))
    query = Query(call, root, {"": root, table.name: root}, made, aggregate=aggregate)
    seen = visible(call.session.caller, table, made)
    if seen is not None:
        query.wheres.append(seen)
    return query


def _number(root: Element, name: str, default: int) -> int:
    text = root.get(name, str(default)).strip()
    if not text.isascii() or not text.isdigit() or not int(text[:9]) > 0:
        raise syntax(f"'{text[:40]}' is no valid value of {name}.")
    return int(text[:9])


def _size(root: Element) -> int:
    name = "top" if root.get("top") else "count"
    return min(_number(root, name, LARGEST_PAGE), LARGEST_PAGE)


def find(table: Table, name: str | None) -> Column:
    column = table.all_columns.get(name or "")
    if column is None:
        raise Problem(
            400,
            "0x80041103",
            f"'{table.name}' entity doesn't contain attribute with Name = '{name}' and "
            "NameMapping = 'Logical'.",
        )
    return column


def _links(query: Query, place: Place, node: Element, depth: int) -> None:
    if depth > DEEPEST:
        raise syntax("FetchXML is nested too deeply.")
    for child in node.findall("link-entity"):
        _link(query, place, child, depth)


def _own(query: Query, place: Place, node: Element) -> None:
    """Take an entity's own columns, orders and filters."""
    for child in node:
        match child.tag:
            case "attribute":
                _attribute(query, place, child)
            case "all-attributes":
                for column in place.scope.table.all_columns.values():
                    _output(query, place, column, _named(place, column.name))
            case "order":
                query.orders.append(_order(query, place, child))
            case "filter":
                query.wheres.append(_filter(query, place, child, 0))


def _named(place: Place, name: str) -> str:
    return f"{place.alias}.{name}" if place.alias else name


def _output(query: Query, place: Place, column: Column, name: str, grouped: bool = False) -> None:
    expression = place.scope.made.c[column.name]
    shown = column.property_name if name == column.name else name
    query.outputs.append(Output(shown, expression, shower(column), column, grouped))


def _attribute(query: Query, place: Place, node: Element) -> None:
    column = find(place.scope.table, node.get("name"))
    alias = node.get("alias")
    if not query.aggregate:
        _output(query, place, column, alias or _named(place, column.name))
    elif node.get("groupby") == "true":
        _group(query, place, column, node, alias or column.name)
    else:
        _aggregate(query, place, column, node, alias or column.name)


_GROUPINGS = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}


def _group(query: Query, place: Place, column: Column, node: Element, name: str) -> None:
    grouping = node.get("dategrouping")
    if grouping is None:
        _output(query, place, column, name, grouped=True)
        query.outputs[-1].name = name
        return
    if grouping not in _GROUPINGS:
        raise syntax(f"The date grouping '{grouping}' is not supported.")
    part = sa.func.substr(place.scope.made.c[column.name], *_GROUPINGS[grouping])
    query.outputs.append(Output(name, sa.cast(part, sa.Integer), None, None, True))


def _aggregate(query: Query, place: Place, column: Column, node: Element, name: str) -> None:
    expression, method = place.scope.made.c[column.name], node.get("aggregate")
    if method == "count":
        made, show = sa.func.count(), None
    elif method == "countcolumn":
        distinct = node.get("distinct") == "true"
        made, show = sa.func.count(sa.distinct(expression) if distinct else expression), None
    elif method in METHODS:
        made, show = computed(METHODS[method], expression, column)
    else:
        raise syntax(f"'{method}' is no aggregate.")
    query.outputs.append(Output(name, made, show))


def _order(query: Query, place: Place, node: Element) -> Any:
    if alias := node.get("alias"):
        found = [output.expression for output in query.outputs if output.name == alias]
        if not found:
            raise syntax(f"The order's alias '{alias}' is not among the attributes.")
        expression = found[0]
    else:
        place = _place(query, node.get("entityname"), place)
        column = find(place.scope.table, node.get("attribute"))
        expression = place.scope.made.c[column.name]
        if column.kind in TEXTS:
            expression = folded(place.scope, expression, "")[0]
    if node.get("descending") in ("true", "1"):
        return expression.desc().nulls_last()
    return expression.asc().nulls_first()


def _place(query: Query, name: str | None, default: Place) -> Place:
    if name is None:
        return default
    if name not in query.places:
        raise Problem(400, "0x80041102", f"The entity with a name = '{name}' is not in the query.")
    return query.places[name]


def _filter(query: Query, place: Place, node: Element, depth: int) -> Any:
    if depth > DEEPEST:
        raise syntax("FetchXML is nested too deeply.")
    parts = []
    for child in node:
        if child.tag == "filter":
            parts.append(_filter(query, place, child, depth + 1))
        elif child.tag == "condition":
            parts.append(_condition(query, place, child))
    if node.get("type", "and") == "or":
        return sa.or_(sa.false(), *parts) if parts else sa.true()
    return sa.and_(sa.true(), *parts)


def _condition(query: Query, place: Place, node: Element) -> Any:
    place = _place(query, node.get("entityname"), place)
    column = find(place.scope.table, node.get("attribute"))
    expression = place.scope.made.c[column.name]
    if other := node.get("valueof"):
        found = find(place.scope.table, other)
        value: Any = place.scope.made.c[found.name]
        return {"eq": expression == value, "ne": expression != value}.get(
            node.get("operator", "eq"), expression == value
        )
    values = [child.text or "" for child in node if child.tag == "value"]
    if node.get("value") is not None:
        values = [node.get("value", "")]
    return compare(place.scope, node.get("operator", "eq"), expression, column, values)


def _link(query: Query, place: Place, node: Element, depth: int) -> None:
    session, name = query.call.session, node.get("name") or ""
    if name not in session.model.tables:
        raise Problem(
            400,
            "0x80041102",
            f"The entity with a name = '{name}' with namemapping = 'Logical' was not found in the "
            "MetadataCache.",
        )
    table = session.table(name)
    made = session.sql(name).alias()
    ours = find(place.scope.table, node.get("to"))
    theirs = find(table, node.get("from"))
    query.links += 1
    alias = node.get("alias") or f"{name}{query.links}"
    inner = Place(Scope(session, table, made), alias)
    query.places |= {alias: inner}
    query.places.setdefault(name, inner)
    joined = made.c[theirs.name] == place.scope.made.c[ours.name]
    seen = visible(session.caller, table, made)
    if seen is not None:
        joined = sa.and_(joined, seen)
    outer = node.get("link-type", "inner") == "outer"
    before = len(query.wheres)
    _own(query, inner, node)
    if outer:  # filters of an outer link belong to the join
        joined = sa.and_(joined, *query.wheres[before:])
        del query.wheres[before:]
    query.source = sa.join(query.source, made, joined, isouter=outer)
    _links(query, inner, node, depth + 1)


def _statement(query: Query, *columns: Any) -> Any:
    return sa.select(*columns).select_from(query.source).where(*query.wheres)


def _total(query: Query) -> int:
    some = _statement(query, sa.literal(1).label("one")).limit(LARGEST_PAGE).subquery()
    connection = query.call.session.connection
    return int(connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _rows(query: Query, root: Element, size: int, page: int) -> list[dict[str, Any]]:
    made, table = query.root.scope.made, query.root.scope.table
    columns = {f"c{n}": output.expression for n, output in enumerate(query.outputs)}
    orders = list(query.orders)
    distinct = root.get("distinct") == "true"
    if not query.aggregate:
        if not distinct:
            columns["key"] = made.c[table.key]
            orders.append(made.c[table.key])
        if not table.intersect and not distinct:
            columns["version"] = made.c.versionnumber
    if not columns:
        raise syntax("The query has no attributes.")
    statement = _statement(query, *(value.label(name) for name, value in columns.items()))
    if query.aggregate:
        statement = statement.group_by(*(o.expression for o in query.outputs if o.grouped))
    if distinct:
        statement = statement.distinct()
    statement = statement.order_by(*orders).limit(size + 1)
    return query.call.session.all(statement.offset((page - 1) * size))


def _shown(query: Query, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = query.root.scope.table
    labelled = query.call.request.wants_annotation(FORMATTED[1:])
    names = _lookup_names(query, rows) if labelled else {}
    found = []
    for row in rows:
        shown: dict[str, Any] = {}
        if "version" in row:
            shown["@odata.etag"] = f'W/"{row["version"]}"'
        if "key" in row:
            shown[table.key] = row["key"]
        for n, output in enumerate(query.outputs):
            value = row[f"c{n}"]
            if value is None:
                continue
            shown[output.name] = output.show(value) if output.show else value
            text = names.get(value) if labelled else None
            if labelled and output.column and not text:
                text = label(output.column, value)
            if text:
                shown[output.name + FORMATTED] = text
        found.append(shown)
    return found


def _lookup_names(query: Query, rows: list[dict[str, Any]]) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for n, output in enumerate(query.outputs):
        if output.column and output.column.targets:
            ids = sorted({row[f"c{n}"] for row in rows if row[f"c{n}"]})
            for target in output.column.targets:
                found |= names_of(query.call.session, target, ids)
    return found


def _more(call: Call, table: Table, rows: list[dict[str, Any]], page: int) -> dict[str, Any]:
    """Return the annotations that lead to the next page, if they were asked for."""
    prefix = "Microsoft.Dynamics.CRM."
    found: dict[str, Any] = {}
    if call.request.wants_annotation(f"{prefix}morerecords"):
        found[f"@{prefix}morerecords"] = True
    if call.request.wants_annotation(f"{prefix}fetchxmlpagingcookie") and "key" in rows[-1]:
        inner = (
            f'<cookie page="{page}"><{table.key} last="{{{rows[-1]["key"].upper()}}}" '
            f'first="{{{rows[0]["key"].upper()}}}" /></cookie>'
        )
        twice = quote(quote(inner, safe=""), safe="")
        found[f"@{prefix}fetchxmlpagingcookie"] = (
            f'<cookie pagenumber="{page + 1}" pagingcookie={quoteattr(twice)} istracking="False" />'
        )
    return found
