"""Query options other than `$filter`: the query string itself, select, order, expand, apply."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

from .query import parse_filter
from .tree import Aggregate, Apply, BadQuery, Expand, Names, Node, Order

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?:/[A-Za-z_$][A-Za-z0-9_.]*)*\Z")
_AGGREGATE = re.compile(r"\s*([A-Za-z_][\w/]*)\s+with\s+(\w+)\s+as\s+(\w+)\s*\Z")
_COUNT = re.compile(r"\s*\$count\s+as\s+(\w+)\s*\Z")
METHODS = frozenset({"sum", "average", "min", "max", "countdistinct"})


def parse_query(text: str) -> dict[str, str]:
    """Return the options of a query string, names and values decoded; the last of each wins."""
    options: dict[str, str] = {}
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            options[unquote_plus(name)] = unquote_plus(value)
    return options


def split(text: str, mark: str) -> list[str]:
    """Return the pieces of a text between marks that stand outside quotes and brackets."""
    return list(_pieces(text, mark))


def _pieces(text: str, mark: str) -> Iterator[str]:
    depth, quoted, start = 0, "", 0
    for place, sign in enumerate(text):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign == "'" or (sign == '"' and depth):
            quoted = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == mark and depth == 0:
            yield text[start:place]
            start = place + 1
    if quoted or depth:
        raise BadQuery(f"Quotes or brackets are not closed in '{text[:200]}'.")
    yield text[start:]


def parse_select(text: str) -> list[str]:
    """Return the names of `$select`, in order. Raises `BadQuery`."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not _PATH.match(name) and name != "*":
            raise BadQuery(f"Syntax error in $select at '{name[:80]}'.")
    return names


def parse_orderby(text: str) -> list[Order]:
    """Return the columns of `$orderby`. Raises `BadQuery`."""
    found = []
    for part in text.split(","):
        name, *direction = part.split() or [""]
        if not _PATH.match(name) or direction not in ([], ["asc"], ["desc"]):
            raise BadQuery(f"Syntax error in $orderby at '{part[:80]}'.")
        found.append(Order(Names(tuple(name.split("/"))), direction == ["desc"]))
    return found


def parse_expand(text: str) -> list[Expand]:
    """Return the navigation properties of `$expand` with their own options. Raises `BadQuery`."""
    return [_expanded(part.strip()) for part in split(text, ",")]


def _expanded(part: str) -> Expand:
    name, bracket, rest = part.partition("(")
    if bracket and not rest.endswith(")"):
        raise BadQuery(f"Syntax error in $expand at '{part[:80]}'.")
    name = name.strip()
    path, references = (name[:-5], True) if name.endswith("/$ref") else (name, False)
    path, _, cast = path.partition("/")
    if not _PATH.match(path):
        raise BadQuery(f"Syntax error in $expand at '{part[:80]}'.")
    return Expand(path, dict(_options(rest[:-1])), references, cast)


def _options(text: str) -> Iterator[tuple[str, str]]:
    for option in split(text, ";") if text.strip() else ():
        name, equals, value = option.partition("=")
        if not equals or not name.strip().startswith("$"):
            raise BadQuery(f"Syntax error in the options of $expand at '{option[:80]}'.")
        yield name.strip(), value.strip()


def parse_apply(text: str, aliases: Mapping[str, str] | None = None) -> Apply:
    """Return what `$apply` filters, groups and aggregates. Raises `BadQuery`."""
    filters: list[Node] = []
    groups: list[Names] = []
    aggregates: list[Aggregate] = []
    for step in split(text, "/"):
        word, inner = _step(step.strip())
        if word == "filter":
            filters.append(parse_filter(inner, aliases))
        elif word == "aggregate":
            aggregates += _aggregates(inner)
        else:
            names, more = _grouped(inner)
            groups += names
            aggregates += more
    return Apply(tuple(filters), tuple(groups), tuple(aggregates))


def _step(step: str) -> tuple[str, str]:
    word, _, inner = step.partition("(")
    if word not in ("filter", "aggregate", "groupby") or not inner.endswith(")"):
        raise BadQuery(f"Syntax error in $apply at '{step[:80]}'.")
    return word, inner[:-1]


def _grouped(inner: str) -> tuple[list[Names], list[Aggregate]]:
    columns, *rest = [part.strip() for part in split(inner, ",")]
    if not (columns.startswith("(") and columns.endswith(")")) or len(rest) > 1:
        raise BadQuery(f"Syntax error in groupby at '{inner[:80]}'.")
    names = [Names(tuple(name.split("/"))) for name in parse_select(columns[1:-1])]
    if not rest:
        return names, []
    word, more = _step(rest[0])
    if word != "aggregate":
        raise BadQuery(f"Only aggregate may stand inside groupby, not '{rest[0][:80]}'.")
    return names, _aggregates(more)


def _aggregates(text: str) -> list[Aggregate]:
    return [_aggregate(part) for part in split(text, ",")]


def _aggregate(part: str) -> Aggregate:
    if count := _COUNT.match(part):
        return Aggregate("", "count", count[1])
    found = _AGGREGATE.match(part)
    if not found or found[2] not in METHODS:
        raise BadQuery(f"Syntax error in aggregate at '{part[:80]}'.")
    return Aggregate(found[1], found[2], found[3])
