"""`$apply`: groups and aggregates."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
import sqlalchemy as sa

from saumaton.odata.options import parse_apply
from saumaton.odata.tree import Aggregate, Names

from ..described import Column, Kind, Table
from ..problem import syntax
from ..values import number_text, shower
from .crud import Call, applied, context
from .filters import condition
from .http import Response
from .reading import Reader, aliases

LARGEST = 50_000
SUMMED = frozenset({Kind.WHOLE, Kind.BIG, Kind.DECIMAL, Kind.MONEY, Kind.DOUBLE})


def apply(call: Call, table: Table) -> Response:
    """Answer a list with `$apply`: rows without keys or etags, empty values left out."""
    tree = parse_apply(call.options["$apply"], aliases(call.options))
    options = {"$filter": call.options["$filter"]} if call.options.get("$filter") else {}
    reader = Reader(call.session, table, options, call.request, aliases(call.options))
    columns: list[tuple[str, Any, Any]] = []
    groups = []
    for name in tree.groups:
        expression, column = reader.scope.resolve(name.names)
        groups.append(expression)
        columns.append((group_name(reader, name), expression, shower(column)))
    columns += [aggregate(reader, wanted) for wanted in tree.aggregates]
    if not columns:
        raise syntax("$apply neither groups nor aggregates.")
    statement = reader.base(
        *(expression.label(f"c{n}") for n, (_, expression, _) in enumerate(columns))
    )
    for node in tree.filters:
        statement = statement.where(condition(reader.scope, node))
    if groups:
        statement = statement.group_by(*groups).order_by(*groups)
    rows = call.session.connection.execute(statement.limit(LARGEST + 1)).all()
    if len(rows) > LARGEST:
        raise syntax("AggregateQueryRecordLimit exceeded. Cannot perform this operation.")
    content = {
        "@odata.context": context(call, table, {}),
        "value": [_shown(columns, row) for row in rows],
    }
    return Response(200, content, applied(call.request))


def _shown(columns: list[tuple[str, Any, Any]], row: Any) -> dict[str, Any]:
    return {
        name: show(value) if show else value
        for (name, _, show), value in zip(columns, row, strict=True)
        if value is not None
    }


def group_name(reader: Reader, name: Names) -> str:
    if len(name.names) == 1:
        return name.names[0]
    target = reader.table.navigations[name.names[0]][1]
    return f"{target}_{name.names[-1]}"


def aggregate(reader: Reader, wanted: Aggregate) -> tuple[str, Any, Any]:
    """Return alias, SQL and converter of one aggregate. Raises `Problem`."""
    if wanted.method == "count":
        return wanted.alias, sa.func.count(), None
    expression, column = reader.scope.resolve(tuple(wanted.column.split("/")))
    made, show = computed(wanted.method, expression, column)
    return wanted.alias, made, show


def computed(method: str, expression: Any, column: Column) -> tuple[Any, Any]:
    """Return SQL and converter of `sum average min max countdistinct` of a column."""
    if method == "countdistinct":
        return sa.func.count(sa.distinct(expression)), None
    if method in ("min", "max"):
        return getattr(sa.func, method)(expression), shower(column)
    if column.kind not in SUMMED:
        raise syntax(f"'{column.name}' is no number and cannot be summed.")
    if method == "sum":
        return sa.func.sum(expression), _whole(column.decimals)
    return sa.func.avg(expression), _average(column.decimals)


def _whole(decimals: int) -> Any:
    def shown(value: Any) -> Any:
        return orjson.Fragment(number_text(int(value), decimals)) if decimals else int(value)

    return shown


def _average(decimals: int) -> Any:
    def shown(value: Any) -> Any:
        number = Decimal(str(value)).scaleb(-decimals)
        rounded = number.quantize(Decimal(1).scaleb(-10), ROUND_HALF_UP).normalize()
        return orjson.Fragment(format(rounded, "f"))

    return shown
