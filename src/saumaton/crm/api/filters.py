"""Filter trees to SQL conditions. Values are always bound parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from saumaton.odata.tree import (
    Both,
    Call,
    Compare,
    Either,
    Lambda,
    ListOf,
    Literal,
    Names,
    Node,
    Not,
)

from ..described import TEXTS, Column, Kind, Table
from ..problem import no_property, syntax
from ..rights import visible
from ..store import Session
from ..values import sought
from .dates import period

Condition = Any
NAMESPACE = "Microsoft.Dynamics.CRM."
_MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


@dataclass
class Scope:
    """Where names are looked up: a table under a SQL alias, and lambda variables around it."""

    session: Session
    table: Table
    made: Any
    variable: str = ""
    outer: "Scope | None" = None

    @property
    def sqlite(self) -> bool:
        return self.session.store.sqlite

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, Column]:
        """Return SQL and description of a path such as `primarycontactid/fullname`."""
        if self.variable and names[0] == self.variable:
            return self._column(names[1:])
        if self.outer and (not self.variable or names[0] == self.outer.variable):
            return self.outer.resolve(names)
        return self._column(names)

    def _column(self, names: tuple[str, ...]) -> tuple[Any, Column]:
        if not names:
            raise syntax("A lambda variable stands without a property.")
        if len(names) == 1:
            column = find_column(self.table, names[0])
            return self.made.c[column.name], column
        column, target = find_navigation(self.table, names[0])
        other = self.session.table(target)
        made = self.session.sql(target).alias()
        inner, described = Scope(self.session, other, made).resolve(names[1:])
        query = sa.select(inner).where(made.c[other.key] == self.made.c[column.name])
        seen = visible(self.session.caller, other, made)
        query = query if seen is None else query.where(seen)
        return query.scalar_subquery(), described


def find_column(table: Table, name: str) -> Column:
    """Return the column read under a name. Raises `Problem` for an unknown one."""
    column = table.by_property.get(name)
    if column is None and name in table.all_columns:
        column = table.all_columns[name]
    if column is None:
        raise no_property(name, table.name)
    return column


def find_navigation(table: Table, name: str) -> tuple[Column, str]:
    if name not in table.navigations:
        raise no_property(name, table.name)
    return table.navigations[name]


def condition(scope: Scope, node: Node) -> Condition:
    """Return the SQL condition of a filter. Raises `Problem`."""
    match node:
        case Both(left, right):
            return sa.and_(condition(scope, left), condition(scope, right))
        case Either(left, right):
            return sa.or_(condition(scope, left), condition(scope, right))
        case Not(inner):
            return sa.not_(sa.func.coalesce(condition(scope, inner), sa.false()))
        case Compare():
            return _compare(scope, node)
        case Call():
            return _call(scope, node)
        case Lambda():
            return _lambda(scope, node)
        case Literal(bool() as value):
            return sa.true() if value else sa.false()
        case Names(names):
            expression, column = scope.resolve(names)
            if column.kind is Kind.YES_NO:
                return expression == 1
    raise syntax("The filter is not a condition.")


def _compare(scope: Scope, node: Compare) -> Condition:
    left, operator, right = node.left, node.operator, node.right
    if isinstance(left, Literal) and isinstance(right, Names):
        left, operator, right = right, _MIRRORED[operator], left
    if not isinstance(left, Names):
        raise syntax("A comparison needs a property on one side.")
    expression, column = scope.resolve(left.names)
    if isinstance(right, ListOf):
        return among(scope, expression, column, [_value(item) for item in right.items])
    if isinstance(right, Names):
        return _columns(operator, expression, scope.resolve(right.names)[0])
    return compared(scope, operator, expression, column, _value(right))


def _columns(operator: str, left: Any, right: Any) -> Condition:
    if operator in _ORDERED:
        return _ORDERED[operator](left, right)
    same = left.is_not_distinct_from(right)
    return same if operator == "eq" else sa.not_(same)


def _value(node: Node) -> Any:
    if isinstance(node, Literal):
        return node.value
    raise syntax("A value was expected.")


def compared(scope: Scope, operator: str, expression: Any, column: Column, value: Any) -> Condition:
    """Return `eq ne gt ge lt le` of a column and a value; text ignores case."""
    if value is None:
        if operator in ("eq", "ne"):
            return expression.is_(None) if operator == "eq" else expression.is_not(None)
        return sa.false()
    stored = sought(column, value)
    if column.kind in TEXTS:
        expression, stored = folded(scope, expression, stored)
    if operator == "eq":
        return expression == stored
    if operator == "ne":
        return sa.or_(expression != stored, expression.is_(None))
    return _ORDERED[operator](expression, stored)


def folded(scope: Scope, expression: Any, text: str) -> tuple[Any, str]:
    """Return column and text so that comparing them ignores case.

    SQLite's collation folds ASCII alone but can use an index; a function folds other letters.
    """
    if not scope.sqlite:
        return sa.func.lower(expression), text.lower()
    if text.isascii():
        return sa.collate(expression, "NOCASE"), text
    return sa.func.fold(expression), text.casefold()


def among(scope: Scope, expression: Any, column: Column, values: list[Any]) -> Condition:
    if column.kind in TEXTS:
        some = [compared(scope, "eq", expression, column, value) for value in values]
        return sa.or_(sa.false(), *some)
    present = [sought(column, value) for value in values if value is not None]
    found = expression.in_(present)
    return sa.or_(found, expression.is_(None)) if None in values else found


def _call(scope: Scope, node: Call) -> Condition:
    if node.name in _PATTERNS and len(node.places) == 2:
        return _text_search(scope, node)
    name = node.name.removeprefix(NAMESPACE)
    if node.named is None and node.places:
        raise syntax(f"An unknown function with name '{node.name}' was found.")
    return _function(scope, name, dict(node.named or {}))


_PATTERNS = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}


def _text_search(scope: Scope, node: Call) -> Condition:
    subject, wanted = node.places
    if not isinstance(subject, Names):
        raise syntax(f"'{node.name}' needs a property first.")
    expression, column = scope.resolve(subject.names)
    if column.kind not in TEXTS:
        raise syntax(f"'{node.name}' needs a text property, not '{subject}'.")
    return like(scope, expression, _PATTERNS[node.name], str(_value(wanted)))


def like(scope: Scope, expression: Any, pattern: str, text: str) -> Condition:
    """Return whether a text column matches a pattern in which `{}` is the sought text."""
    escaped = text.replace("\0", "").replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return matches(scope, expression, pattern.replace("{}", escaped))


def matches(scope: Scope, expression: Any, pattern: str) -> Condition:
    """Return whether a text column is LIKE a pattern whose escape sign is `!`."""
    if not scope.sqlite:
        expression, pattern = sa.func.lower(expression), pattern.lower()
    elif not pattern.isascii():
        expression, pattern = sa.func.fold(expression), pattern.casefold()
    return expression.like(pattern, escape="!")


def _lambda(scope: Scope, node: Lambda) -> Condition:
    path, holder = node.path.names, scope
    if scope.variable and path[0] == scope.variable:
        path = path[1:]
    if len(path) != 1:
        raise syntax(f"'{node.path}' is no collection of '{scope.table.name}'.")
    table, made, joined = related(holder, path[0])
    inner = Scope(scope.session, table, made, node.variable, scope)
    seen = visible(scope.session.caller, table, made)
    base = sa.select(sa.literal(1)).where(joined)
    if seen is not None:
        base = base.where(seen)
    if node.quantifier == "all":
        if node.inner is None:
            raise syntax("all() needs a condition.")
        failing = sa.not_(sa.func.coalesce(condition(inner, node.inner), sa.false()))
        return sa.not_(sa.exists(base.where(failing)))
    return sa.exists(base if node.inner is None else base.where(condition(inner, node.inner)))


def related(scope: Scope, name: str) -> tuple[Table, Any, Condition]:
    """Return table, SQL alias and join condition of a collection. Raises `Problem`."""
    session, table = scope.session, scope.table
    if collection := session.model.collections[table.name].get(name):
        other = session.table(collection.table)
        made = session.sql(other.name).alias()
        joined = made.c[collection.column.name] == scope.made.c[table.key]
        if collection.column.type_name:
            joined = sa.and_(joined, made.c[collection.column.type_name] == table.name)
        return other, made, joined
    relation = session.model.many[table.name].get(name)
    if relation is None:
        raise no_property(name, table.name)
    own, theirs, target = relation.side(table.name)
    pairs = session.sql(relation.intersect).alias()
    other = session.table(target)
    made = session.sql(target).alias()
    partners = sa.select(pairs.c[theirs]).where(pairs.c[own] == scope.made.c[table.key])
    return other, made, made.c[other.key].in_(partners)


def _function(scope: Scope, name: str, arguments: dict[str, Node]) -> Condition:
    subject = arguments.get("PropertyName")
    if not isinstance(subject, Literal | Names):
        raise syntax(f"The function '{name}' needs a PropertyName.")
    path = str(subject.value if isinstance(subject, Literal) else subject)
    expression, column = scope.resolve(tuple(path.split("/")))
    values = _values(arguments)
    if name in FUNCTIONS:
        return FUNCTIONS[name](scope, expression, column, values)
    return dated(scope, name, expression, column, values)


def _values(arguments: dict[str, Node]) -> list[Any]:
    node = arguments.get("PropertyValues", arguments.get("PropertyValue"))
    for name in ("PropertyValue1", "PropertyValue2"):
        if name in arguments:
            second = arguments.get("PropertyValue2", arguments[name])
            return [_value(arguments["PropertyValue1"]), _value(second)]
    if node is None:
        return []
    return [_value(item) for item in node.items] if isinstance(node, ListOf) else [_value(node)]


def _between(scope: Scope, expression: Any, column: Column, values: list[Any]) -> Condition:
    if len(values) != 2:
        raise syntax("Between needs two values.")
    return sa.and_(
        compared(scope, "ge", expression, column, values[0]),
        compared(scope, "le", expression, column, values[1]),
    )


def _not(function: Callable[..., Condition]) -> Callable[..., Condition]:
    def negated(*arguments: Any) -> Condition:
        return sa.not_(sa.func.coalesce(function(*arguments), sa.false()))

    return negated


def _is_user(scope: Scope, expression: Any, column: Column, values: list[Any]) -> Condition:
    return expression == scope.session.caller.id


def _is_unit(scope: Scope, expression: Any, column: Column, values: list[Any]) -> Condition:
    return expression == scope.session.caller.business_unit


def _is_user_or_team(scope: Scope, expression: Any, column: Column, values: Any) -> Condition:
    return expression.in_([scope.session.caller.id, *scope.session.caller.teams])


def _contains(scope: Scope, expression: Any, column: Column, values: list[Any]) -> Condition:
    return among(scope, expression, column, values)


FUNCTIONS: dict[str, Callable[..., Condition]] = {
    "In": among,
    "NotIn": _not(among),
    "Between": _between,
    "NotBetween": _not(_between),
    "ContainValues": _contains,
    "DoesNotContainValues": _not(_contains),
    "EqualUserId": _is_user,
    "NotEqualUserId": _not(_is_user),
    "EqualBusinessId": _is_unit,
    "NotEqualBusinessId": _not(_is_unit),
    "EqualUserOrUserTeams": _is_user_or_team,
}
_DAYS = {"On": (0, 1), "OnOrAfter": (0, None), "OnOrBefore": (None, 1)}


def dated(scope: Scope, name: str, expression: Any, column: Column, values: list[Any]) -> Condition:
    if column.kind not in (Kind.DATE, Kind.MOMENT):
        raise syntax(f"The function '{name}' is unknown or does not fit '{column.name}'.")
    try:
        bounds = _bounds(name, values)
    except (ValueError, TypeError, OverflowError) as error:
        raise syntax(f"The function '{name}' got a wrong value: {error}") from error
    if bounds is None:
        raise syntax(f"An unknown function with name '{name}' was found.")
    parts = []
    first, end = bounds
    if first is not None:
        parts.append(expression >= _as_stored(column, first))
    if end is not None:
        parts.append(expression < _as_stored(column, end))
    return sa.and_(sa.true(), *parts)


def _bounds(name: str, values: list[Any]) -> tuple[datetime | None, datetime | None] | None:
    if name in _DAYS:
        from datetime import date

        day = date.fromisoformat(str(values[0])[:10]) if values else date.today()
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        first, last = _DAYS[name]
        return (
            None if first is None else start,
            None if last is None else start + timedelta(days=last),
        )
    return period(name, int(str(values[0])) if values else 0, datetime.now(UTC))


def _as_stored(column: Column, moment: datetime) -> str:
    form = "%Y-%m-%d" if column.kind is Kind.DATE else "%Y-%m-%dT%H:%M:%SZ"
    if column.kind is Kind.DATE and (moment.hour or moment.minute or moment.second):
        moment += timedelta(days=1)  # part of a day counts as the day
    return moment.strftime(form)
