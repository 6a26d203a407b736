"""From `$filter` and `$orderby` to what the database understands."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from saumaton.financials.api.entity import Entity, Property
from saumaton.financials.api.kinds import Day, Enum, Guid, Moment, Text
from saumaton.financials.api.problem import Problem, bad_request
from saumaton.odata.options import parse_orderby
from saumaton.odata.query import parse_filter
from saumaton.odata.tree import (
    BadQuery,
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

OPERATORS = {"eq": "exact", "gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
MIRRORED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
Fold = Callable[[str], str]
FOLDS: dict[str, Fold] = {"tolower": str.lower, "toupper": str.upper}
FUNCTIONS = {"contains": "contains", "startswith": "startswith", "endswith": "endswith"}


def condition(entity: Entity, text: str) -> Q:
    """Return the condition that a `$filter` states. Raises `Problem`."""
    try:
        return _condition(entity, parse_filter(text))
    except BadQuery as error:
        raise bad_request(error, "BadRequest_InvalidRequestUrl") from error


def order(entity: Entity, text: str) -> list[str]:
    """Return the columns of an `$orderby`, the key always last, so that paging is stable."""
    try:
        columns = parse_orderby(text) if text else []
    except BadQuery as error:
        raise bad_request(error, "BadRequest_InvalidRequestUrl") from error
    paths = [
        ("-" if column.descending else "") + stored_property(entity, str(column.path)).path
        for column in columns
    ]
    return [*paths, entity.order, "pk"]


def stored_property(entity: Entity, name: str) -> Property:
    """Return a property that the database can filter and sort by. Raises `Problem`."""
    property = entity.by_name.get(name)
    if property is None:
        raise bad_request(
            _("Could not find a property named '%(name)s' on type '%(type)s'.")
            % {"name": name, "type": entity.type_name}
        )
    if property.compute and not property.source:
        raise bad_request(
            _("Property '%(name)s' is computed; it cannot be filtered or sorted by.")
            % {"name": name}
        )
    return property


def _condition(entity: Entity, node: Node) -> Q:
    match node:
        case Both(left, right):
            return _condition(entity, left) & _condition(entity, right)
        case Either(left, right):
            return _condition(entity, left) | _condition(entity, right)
        case Not(inner):
            return ~_condition(entity, inner)
        case Compare(operator, left, right):
            return _comparison(entity, operator, left, right)
        case Call(name, (subject, Literal(value))) if name in FUNCTIONS:
            return _text_function(entity, FUNCTIONS[name], subject, value)
        case Names():
            return _comparison(entity, "eq", node, Literal(True))
    raise _unsupported(node)


def _comparison(entity: Entity, operator: str, left: Node, right: Node) -> Q:
    if isinstance(left, Literal | Enumerated):
        left, right, operator = right, left, MIRRORED.get(operator, operator)
    property, folded = _subject(entity, left)
    if operator == "in" and isinstance(right, ListOf):
        conditions = Q(pk__in=[])
        for item in right.items:
            conditions |= _compared(property, "eq", item, folded)
        return conditions
    return _compared(property, operator, right, folded)


def _compared(property: Property, operator: str, right: Node, folded: Fold | None) -> Q:
    value = _value(property, right)
    if operator == "ne":
        return ~_compared(property, "eq", right, folded)
    if operator not in OPERATORS:
        raise _unsupported(right)
    lookup = OPERATORS[operator]
    if value is None:
        return _empty(property, operator)
    if folded and folded(str(value)) != value:
        return Q(pk__in=[])
    if folded and lookup == "exact":
        lookup = "iexact"
    found = Q(**{f"{property.path}__{lookup}": value})
    # Records without a reference, such as those in local currency, show the text "".
    return found | Q(**{f"{property.path}__isnull": True}) if _also_null(property, value) else found


def _also_null(property: Property, value: Any) -> bool:
    linked = isinstance(property.source, str) and "__" in property.source
    return linked and value == "" and isinstance(property.kind, Text)


def _empty(property: Property, operator: str) -> Q:
    """Compare with the empty date or the null GUID, which the database keeps as nothing."""
    if operator in ("eq", "le"):
        return Q(**{f"{property.path}__isnull": True})
    if operator == "gt":
        return Q(**{f"{property.path}__isnull": False})
    return Q(pk__in=[]) if operator == "lt" else Q()


def _value(property: Property, node: Node) -> Any:
    match node:
        case Literal(value):
            pass
        case Enumerated(_, member):
            value = member
        case _:
            raise _unsupported(node)
    kind = property.kind
    if isinstance(kind, Day | Moment | Guid | Enum | Text) or value is not None:
        return kind.literal(value, property.name)
    return kind.empty


def _text_function(entity: Entity, lookup: str, subject: Node, value: Any) -> Q:
    property, folded = _subject(entity, subject)
    if not isinstance(property.kind, Text) or not isinstance(value, str):
        raise Problem(
            400,
            "Application_FilterErrorException",
            _("%(function)s compares texts; '%(name)s' is none.")
            % {"function": lookup, "name": property.name},
        )
    if folded and folded(value) != value:
        return Q(pk__in=[])
    prefix = "i" if folded or property.kind.code else ""
    return Q(**{f"{property.path}__{prefix}{lookup}": value})


def _subject(entity: Entity, node: Node) -> tuple[Property, Fold | None]:
    """Return the property, and how its case is folded before it is compared."""
    match node:
        case Call("tolower" | "toupper" as name, (Names() as inner,)):
            return stored_property(entity, str(inner)), FOLDS[name]
        case Names():
            return stored_property(entity, str(node)), None
    raise _unsupported(node)


def _unsupported(node: Node) -> Problem:
    what = node.name if isinstance(node, Call) else type(node).__name__.lower()
    return bad_request(_("'%(what)s' is not supported in $filter here.") % {"what": what})
