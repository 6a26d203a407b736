"""The operators of FetchXML's conditions."""

from typing import Any

import sqlalchemy as sa

from ..described import TEXTS, Column
from ..problem import syntax
from .filters import FUNCTIONS, Condition, Scope, among, compared, dated, like, matches

_COMPARED = {"eq": "eq", "ne": "ne", "neq": "ne", "gt": "gt", "ge": "ge", "lt": "lt", "le": "le"}
_NAMED = {
    "in": "In",
    "not-in": "NotIn",
    "between": "Between",
    "not-between": "NotBetween",
    "contain-values": "ContainValues",
    "not-contain-values": "DoesNotContainValues",
    "eq-userid": "EqualUserId",
    "ne-userid": "NotEqualUserId",
    "eq-businessid": "EqualBusinessId",
    "ne-businessid": "NotEqualBusinessId",
    "eq-useroruserteams": "EqualUserOrUserTeams",
}
_TEXTS: dict[str, str] = {"begins-with": "{}%", "ends-with": "%{}"}


def compare(
    scope: Scope, operator: str, expression: Any, column: Column, values: list[str]
) -> Condition:
    """Return the SQL condition of an operator. Raises `Problem` for an unknown one."""
    if operator == "null":
        return expression.is_(None)
    if operator == "not-null":
        return expression.is_not(None)
    if operator in _COMPARED:
        return compared(scope, _COMPARED[operator], expression, column, _first(operator, values))
    if operator in _NAMED:
        return FUNCTIONS[_NAMED[operator]](scope, expression, column, values)
    if operator.removeprefix("not-") in _SEARCHES:
        found = _search(scope, operator.removeprefix("not-"), expression, column, values)
        if operator.startswith("not-"):
            return sa.not_(sa.func.coalesce(found, sa.false()))
        return found
    name = "".join(part.capitalize() for part in operator.split("-"))
    return dated(scope, name.replace("SevenDays", "7Days"), expression, column, list(values))


_SEARCHES = frozenset({"like", *_TEXTS, "begin-with", "end-with"})


def _search(
    scope: Scope, operator: str, expression: Any, column: Column, values: list[str]
) -> Condition:
    text = _first(operator, values)
    if column.kind not in TEXTS:
        return among(scope, expression, column, [text.strip("%")])
    if operator == "like":
        return matches(scope, expression, text.replace("!", "!!").replace("\0", ""))
    pattern = _TEXTS.get(operator) or _TEXTS[operator.replace("-with", "s-with")]
    return like(scope, expression, pattern, text)


def _first(operator: str, values: list[str]) -> str:
    if not values:
        raise syntax(f"The operator '{operator}' needs a value.")
    return values[0]
