"""Lists and single rows: query options to SQL, pages, counts, expansion."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
import sqlalchemy as sa

from saumaton.odata.options import parse_expand, parse_orderby, parse_select
from saumaton.odata.query import parse_filter
from saumaton.odata.tree import Expand, Order

from ..described import TEXTS, Table
from ..problem import Problem, no_property, syntax
from ..rights import visible
from ..store import CHUNK, Row, Session
from .filters import Scope, condition, folded, related
from .http import Request
from .shape import Shape

LARGEST_PAGE = 5000
KNOWN = {"$select", "$filter", "$orderby", "$top", "$expand", "$count", "$skiptoken"}
KNOWN |= {"$apply", "$deltatoken", "$id"}
REFUSED = {"$skip": "Skip", "$search": "Search", "$format": "Format"}


@dataclass
class Page:
    """Rows of one page, the token that leads to the next, the number of all if asked for."""

    rows: list[dict[str, Any]]
    next_token: str = ""
    count: int | None = None
    beyond_limit: bool = False


def check_options(options: Mapping[str, str]) -> None:
    """Raise `Problem` for an option that Dataverse does not have."""
    for name in options:
        if name in REFUSED:
            raise syntax(f"{REFUSED[name]} Clause is not supported in CRM")
        if name.startswith("$") and name not in KNOWN:
            raise syntax(f"The query parameter {name} is not supported")


def aliases(options: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in options.items() if name.startswith("@")}


def whole_option(options: Mapping[str, str], name: str) -> int | None:
    if name not in options:
        return None
    text = options[name].strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise syntax(f"'{text[:40]}' is no valid value of {name}.")
    return int(text)


@dataclass
class Reader:
    """Reads rows of one table as one request wants them."""

    session: Session
    table: Table
    options: Mapping[str, str]
    request: Request
    aliases: Mapping[str, str] = field(default_factory=dict)
    extra: Any = None
    depth: int = 0
    _statement: Any = None

    def __post_init__(self) -> None:
        self.made = self.session.sql(self.table.name).alias()
        names = parse_select(self.options["$select"]) if self.options.get("$select") else None
        self.shape = Shape(self.session, self.table, names, self.request)
        self.scope = Scope(self.session, self.table, self.made)
        self.expands = parse_expand(self.options["$expand"]) if self.options.get("$expand") else []
        for expand in self.expands:
            self._target(expand)

    def base(self, *columns: Any) -> Any:
        """Return the statement without order: what may be seen and passes the filter."""
        statement = sa.select(*columns).select_from(self.made)
        if (seen := visible(self.session.caller, self.table, self.made)) is not None:
            statement = statement.where(seen)
        if self.extra is not None:
            statement = statement.where(self.extra)
        if self.options.get("$filter"):
            tree = parse_filter(self.options["$filter"], self.aliases)
            statement = statement.where(condition(self.scope, tree))
        return statement

    # --- pages ---

    def page(self, size: int, token: str = "") -> Page:
        """Return one page in a stable order."""
        keys = self._order()
        extras = [key[0].label(f"order_{n}") for n, key in enumerate(keys)]
        statement = self.base(*self.shape.sql_columns(self.made), *extras)
        if token:
            statement = statement.where(_after(keys, _opened(token, len(keys))))
        statement = statement.order_by(*(part for key in keys for part in _sorted(*key)))
        rows = self.session.all(statement.limit(size + 1))
        more = len(rows) > size
        page = Page(self.shown(rows[:size]))
        if more:
            last = rows[size - 1]
            page.next_token = _token([last[f"order_{n}"] for n in range(len(keys))])
        return page

    def _order(self) -> list[tuple[Any, bool]]:
        orders = parse_orderby(self.options["$orderby"]) if self.options.get("$orderby") else []
        keys = [(self._order_key(order), order.descending) for order in orders]
        return [*keys, (self.made.c[self.table.key], False)]

    def _order_key(self, order: Order) -> Any:
        expression, column = self.scope.resolve(order.path.names)
        return folded(self.scope, expression, "")[0] if column.kind in TEXTS else expression

    def count(self) -> int:
        """Return the number of rows, one more than the limit at the most."""
        some = self.base(self.made.c[self.table.key]).limit(LARGEST_PAGE + 1).subquery()
        return int(
            self.session.connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0
        )

    def by_ids(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return the rows with these ids, as far as they may be seen."""
        found: list[Row] = []
        for start in range(0, len(ids), CHUNK):
            wanted = {"wanted": list(ids[start : start + CHUNK])}
            found += self.session.all(self._by_ids(), wanted)
        return self.shown(found)

    def _by_ids(self) -> Any:
        if self._statement is None:
            key = self.made.c[self.table.key]
            wanted = key.in_(sa.bindparam("wanted", expanding=True))
            self._statement = self.base(*self.shape.sql_columns(self.made)).where(wanted)
        return self._statement

    def shown(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        shown = self.shape.rows(rows)
        for expand in self.expands:
            self._expand(expand, shown)
        return shown

    # --- expansion ---

    def _target(self, expand: Expand) -> str:
        model = self.session.model
        if expand.name in self.table.navigations:
            return self.table.navigations[expand.name][1]
        if collection := model.collections[self.table.name].get(expand.name):
            return collection.table
        if relation := model.many[self.table.name].get(expand.name):
            return relation.side(self.table.name)[2]
        raise no_property(expand.name, self.table.name)

    def _inner(self, expand: Expand) -> "Reader":
        if self.depth >= 10:
            raise syntax("$expand is nested too deeply.")
        target = self.session.table(self._target(expand))
        check_options(expand.options)
        options = dict(expand.options)
        if expand.references:
            options["$select"] = target.key
        return Reader(
            self.session, target, options, self.request, self.aliases, depth=self.depth + 1
        )

    def _expand(self, expand: Expand, shown: list[dict[str, Any]]) -> None:
        inner = self._inner(expand)
        if expand.name in self.table.navigations:
            self._expand_single(expand.name, inner, shown)
        else:
            self._expand_many(expand, inner, shown)

    def _expand_single(self, name: str, inner: "Reader", shown: list[dict[str, Any]]) -> None:
        column, target = self.table.navigations[name]
        own = self._stored(shown, [column.name, *([column.type_name] if column.type_name else [])])
        wanted = {
            row_id: row[column.name]
            for row_id, row in own.items()
            if row[column.name] and row.get(column.type_name, target) in (target, None)
        }
        rows = inner.by_ids(sorted(set(wanted.values())))
        found = {row[inner.table.key]: row for row in rows}
        for row in shown:
            row[name] = found.get(wanted.get(row[self.table.key], ""))

    def _stored(self, shown: list[dict[str, Any]], names: list[str]) -> dict[str, Row]:
        ids = [row[self.table.key] for row in shown]
        made = self.session.sql(self.table.name)
        columns = [made.c[name] for name in dict.fromkeys([self.table.key, *names])]
        found: dict[str, Row] = {}
        for start in range(0, len(ids), CHUNK):
            some = made.c[self.table.key].in_(ids[start : start + CHUNK])
            for row in self.session.all(sa.select(*columns).where(some)):
                found[row[self.table.key]] = row
        return found

    def _expand_many(self, expand: Expand, inner: "Reader", shown: list[dict[str, Any]]) -> None:
        pairs = self._pairs(expand.name, [row[self.table.key] for row in shown])
        children = [child for some in pairs.values() for child in some]
        rows = inner.ordered(sorted(set(children)))
        place = {row[inner.table.key]: n for n, row in enumerate(rows)}
        top = whole_option(inner.options, "$top")
        for row in shown:
            mine = sorted(place[c] for c in pairs.get(row[self.table.key], ()) if c in place)
            row[expand.name] = [rows[n] for n in mine[: top if top is not None else LARGEST_PAGE]]

    def ordered(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return rows with these ids in the order the options ask for."""
        keys = self._order()
        found: list[Row] = []
        for start in range(0, len(ids), CHUNK):
            some = self.made.c[self.table.key].in_(ids[start : start + CHUNK])
            extras = [key[0].label(f"order_{n}") for n, key in enumerate(keys)]
            statement = self.base(*self.shape.sql_columns(self.made), *extras).where(some)
            found += self.session.all(statement.order_by(*(p for k in keys for p in _sorted(*k))))
        if len(ids) > CHUNK:
            for n, (_, descending) in reversed(list(enumerate(keys))):
                found.sort(key=_sort_key(f"order_{n}"), reverse=descending)
        return self.shown(found)

    def _pairs(self, name: str, ids: list[str]) -> dict[str, list[str]]:
        """Return the ids of related rows, by the id of ours."""
        other, made, _ = related(self.scope, name)
        collection = self.session.model.collections[self.table.name].get(name)
        found: dict[str, list[str]] = {}
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            if collection:
                ours, theirs = made.c[collection.column.name], made.c[other.key]
            else:
                relation = self.session.model.many[self.table.name][name]
                own, partner, _ = relation.side(self.table.name)
                pairs = self.session.sql(relation.intersect)
                ours, theirs = pairs.c[own], pairs.c[partner]
            for mine, child in self.session.connection.execute(
                sa.select(ours, theirs).where(ours.in_(some))
            ):
                found.setdefault(mine, []).append(child)
        return found


def _sort_key(name: str) -> Callable[[Row], tuple[bool, Any]]:
    def key(row: Row) -> tuple[bool, Any]:
        value = row[name]
        return (value is not None, value.casefold() if isinstance(value, str) else value or 0)

    return key


def _sorted(expression: Any, descending: bool) -> tuple[Any, ...]:
    # null is the lowest value on both databases
    if descending:
        return (expression.desc().nulls_last(),)
    return (expression.asc().nulls_first(),)


def _after(keys: list[tuple[Any, bool]], values: list[Any]) -> Any:
    """Return the condition on rows that come after the one with these sort values."""
    steps: list[Any] = []
    equal: Any = sa.true()
    for (expression, descending), value in zip(keys, values, strict=True):
        steps.append(sa.and_(equal, _beyond(expression, descending, value)))
        same = expression.is_(None) if value is None else expression == value
        equal = sa.and_(equal, same)
    return sa.or_(*steps)


def _beyond(expression: Any, descending: bool, value: Any) -> Any:
    if value is None:
        return sa.false() if descending else expression.is_not(None)
    if descending:
        return sa.or_(expression < value, expression.is_(None))
    return expression > value


def _token(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _opened(token: str, length: int) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise Problem(400, "0x80044352", "The skip token is malformed.")
    if any(isinstance(value, dict | list | bool) for value in values):
        raise Problem(400, "0x80044352", "The skip token is malformed.")
    return values


def link(request: Request, options: Mapping[str, str], **more: str) -> str:
    """Return the absolute address of the same list with other options."""
    kept = {name: value for name, value in options.items() if name not in ("$top", "$skiptoken")}
    pairs = {**kept, **{f"${name}": value for name, value in more.items()}}
    encoded = "&".join(f"{quote(n, safe='$@')}={quote(v, safe='')}" for n, v in pairs.items())
    path = quote(request.path, safe="/()=',")
    return f"{request.base}{path}?{encoded}"
