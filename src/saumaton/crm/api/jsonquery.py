"""Query options over JSON objects: how metadata, which is no table, is selected and filtered."""

from collections.abc import Callable, Mapping
from typing import Any

from saumaton.odata.options import parse_expand, parse_select
from saumaton.odata.query import parse_filter
from saumaton.odata.tree import (
    Both,
    Call,
    Compare,
    Either,
    Enumerated,
    ListOf,
    Literal,
    Names,
    Node,
    Not,
)

from ..problem import NO_SUCH_SEGMENT, Problem, syntax

Json = dict[str, Any]
Expander = Callable[[Json, str], Any]
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


def refine(
    items: list[Json],
    options: Mapping[str, str],
    known: set[str],
    expand: Expander | None = None,
) -> list[Json]:
    """Return items as `$filter`, `$expand` and `$select` want them. Raises `Problem`.

    `known` are the properties an item may have; `expand` returns what a navigation property holds.
    """
    if options.get("$filter"):
        tree = parse_filter(options["$filter"])
        items = [item for item in items if holds(tree, item, known)]
    chosen = _chosen(options, known)
    return [_refined(item, options, chosen, expand) for item in items]


def _chosen(options: Mapping[str, str], known: set[str]) -> set[str]:
    chosen = set(parse_select(options["$select"])) if options.get("$select") else set()
    for name in (chosen - known - {"*"}) if known else ():
        raise syntax(f"Could not find a property named '{name}' on this type.")
    return set() if "*" in chosen else chosen


def _refined(
    item: Json, options: Mapping[str, str], chosen: set[str], expand: Expander | None
) -> Json:
    always = {"MetadataId", "@odata.type"}
    kept = {n: v for n, v in item.items() if not chosen or n in chosen or n in always}
    for part in parse_expand(options["$expand"]) if options.get("$expand") else ():
        value = expand(item, part.name) if expand else item.get(part.name)
        kept[part.name] = _inner(value, part.options)
    return kept


def _inner(value: Any, options: Mapping[str, str]) -> Any:
    many = value if isinstance(value, list) else [value] if value else []
    known = {name for item in many for name in item}
    if not many:
        return value
    refined = refine(many, options, known)
    return refined if isinstance(value, list) else refined[0]


def holds(node: Node, item: Json, known: set[str]) -> bool:
    """Does an item pass a filter? Comparisons and logic only."""
    match node:
        case Both(left, right):
            return holds(left, item, known) and holds(right, item, known)
        case Either(left, right):
            return holds(left, item, known) or holds(right, item, known)
        case Not(inner):
            return not holds(inner, item, known)
        case Compare(operator, left, right):
            return _compared(operator, _value(left, item, known), right, item, known)
        case Names() | Literal():
            return _value(node, item, known) is True
        case Call(name):
            raise Problem(501, NO_SUCH_SEGMENT, f"'{name}' is not supported on metadata.")
    raise syntax("The filter is not a condition.")


def _compared(operator: str, value: Any, right: Node, item: Json, known: set[str]) -> bool:
    if isinstance(right, ListOf):
        return any(_same(value, _value(node, item, known)) for node in right.items)
    other = _value(right, item, known)
    if operator in ("eq", "ne"):
        return _same(value, other) is (operator == "eq")
    try:
        return value is not None and other is not None and _COMPARE[operator](value, other)
    except TypeError:
        return False


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, str) and other is not None:
        return value == str(other)
    return bool(value == other)


def _value(node: Node, item: Json, known: set[str]) -> Any:
    match node:
        case Literal(value):
            return value
        case Enumerated(_, member):
            return member
        case Names(names):
            if names[0] not in known:
                raise syntax(f"Could not find a property named '{names[0]}' on this type.")
            found: Any = item.get(names[0])
            for name in names[1:]:
                found = found.get(name) if isinstance(found, dict) else None
            return found
    raise syntax("A property or a value was expected.")
