"""Entities as JSON: one, many, with navigations expanded, in pages."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from saumaton.financials import changes
from saumaton.financials.api import filters
from saumaton.financials.api.entity import Entity, Navigation, Property, read
from saumaton.financials.api.problem import bad_request
from saumaton.financials.models import Change
from saumaton.odata.options import parse_expand, parse_select
from saumaton.odata.tree import BadQuery, Expand

PAGE = 20_000
Json = dict[str, Any]
Find = Callable[[str], Entity]
OPTIONS = {
    "$filter",
    "$select",
    "$expand",
    "$orderby",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$format",
    "$schemaversion",
}


@dataclass(frozen=True)
class Asked:
    """The query options of a request."""

    options: Mapping[str, str]
    page: int = PAGE

    def number(self, name: str) -> int | None:
        """Return the value of `$top` and the like. Raises `Problem` if it is not a number."""
        text = self.options.get(name)
        if text is None:
            return None
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise bad_request(
                _("%(option)s takes a number from 0, not '%(value)s'.")
                % {"option": name, "value": text}
            )
        return int(text)


@dataclass(frozen=True)
class Page:
    rows: list[Json]
    count: int | None
    next_options: str  # the query string of the next page; empty on the last one


def check_options(options: Mapping[str, str]) -> None:
    for name in options:
        if name.startswith("$") and name not in OPTIONS:
            raise bad_request(_("The query option '%(name)s' is not supported.") % {"name": name})


def page(entity: Entity, within: Q, asked: Asked, find: Find) -> Page:
    """Return the rows of a set that a request asks for. Raises `Problem`."""
    check_options(asked.options)
    skipped = asked.number("$skiptoken") or 0
    skip = (asked.number("$skip") or 0) + skipped
    top = asked.number("$top")
    left = asked.page if top is None else min(max(top - skipped, 0), asked.page)
    more = top is None or top - skipped > asked.page
    queries = [_query(part, within, asked.options) for part in entity.parts]
    count = (
        sum(query.count() for query in queries) if asked.options.get("$count") == "true" else None
    )
    records = _records(entity, queries, asked.options, skip, left + more)
    rows = show(entity, records[:left], asked.options, find)
    token = str(skipped + left) if more and len(records) > left else ""
    options = {name: value for name, value in asked.options.items() if name != "$skiptoken"}
    return Page(rows, count, urlencode({**options, "$skiptoken": token}) if token else "")


Record = tuple[Entity, Any]


def _query(part: Entity, within: Q, options: Mapping[str, str]) -> QuerySet[Any]:
    rows = part.rows().filter(within)
    if "lastModifiedDateTime" in options.get("$filter", "") + options.get("$orderby", ""):
        rows = stamped(part, rows)
    if text := options.get("$filter"):
        rows = rows.filter(filters.condition(part, text))
    return rows.order_by(*filters.order(part, options.get("$orderby", "")))


def stamped(part: Entity, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Let the database filter and sort by the time of the last change."""
    if not part.table:
        return rows
    log = Change.objects.filter(table=part.table, row=OuterRef("pk")).order_by("-id")
    return rows.annotate(changed_at=Subquery(log.values("at")[:1]))


def _records(
    entity: Entity,
    queries: Sequence[QuerySet[Any]],
    options: Mapping[str, str],
    skip: int,
    most: int,
) -> list[Record]:
    if len(queries) == 1:
        return [(entity, record) for record in queries[0][skip : skip + most]]
    columns = filters.order(entity, options.get("$orderby", ""))
    sources = [
        [(part, record) for record in query[: skip + most]]
        for part, query in zip(entity.parts, queries, strict=True)
    ]
    merged = merge(*sources, key=lambda pair: _SortKey(pair[1], columns))
    return list(merged)[skip : skip + most]


class _SortKey:
    """The place of a record in an order with columns up and down."""

    def __init__(self, record: Any, columns: Sequence[str]) -> None:
        self.values = [(read(record, column.lstrip("-")), column[0] == "-") for column in columns]

    def __lt__(self, other: "_SortKey") -> bool:
        for (mine, descending), (theirs, _same) in zip(self.values, other.values, strict=True):
            if mine == theirs:
                continue
            before = mine is None or (theirs is not None and mine < theirs)
            return before != descending
        return False


def show(
    entity: Entity, records: Sequence[Record], options: Mapping[str, str], find: Find
) -> list[Json]:
    """Return records as JSON, in their order, with what is selected and expanded."""
    selected = _selected(entity, options)
    expansions = _expansions(entity, options)
    shown: dict[UUID, Json] = {}
    for part in entity.parts:
        mine = [record for owner, record in records if owner is part]
        full = _full(part, mine)
        for record in mine:
            row = full[record.pk]
            tag = etag(row)
            kept = row if selected is None else {name: row[name] for name in selected}
            shown[record.pk] = {"@odata.etag": tag, **kept}
        for expansion in expansions:
            _expand(part, mine, shown, expansion, find)
    return [shown[record.pk] for _owner, record in records]


def one(entity: Entity, record: Any, options: Mapping[str, str], find: Find) -> Json:
    """Return one record as JSON."""
    check_options(options)
    part = next(part for part in entity.parts if isinstance(record, part.model))
    return show(entity, [(part, record)], options, find)[0]


def tag_of(part: Entity, record: Any) -> str:
    """Return the tag of a record as it is now."""
    return etag(_full(part, [record])[record.pk])


def etag(row: Json) -> str:
    """Return the tag of what an entity shows: it changes whenever any of that does."""
    digest = hashlib.blake2b(orjson.dumps(row), digest_size=18).digest()
    return f'W/"{base64.b64encode(digest).decode()}"'


def _full(part: Entity, records: Sequence[Any]) -> dict[UUID, Json]:
    computed = {
        property.name: property.compute(records)
        for property in part.properties
        if property.compute and records
    }
    stamps = changes.stamps(part.table, [r.pk for r in records]) if part.table and records else {}

    def value(property: Property, record: Any) -> Any:
        if property.name == "lastModifiedDateTime":
            stamp = stamps.get(record.pk)
            return property.kind.show(stamp.at if stamp else None)
        if property.compute:
            return property.kind.show(computed[property.name].get(record.pk))
        return property.kind.show(read(record, property.path))

    return {
        record.pk: {property.name: value(property, record) for property in part.properties}
        for record in records
    }


def _selected(entity: Entity, options: Mapping[str, str]) -> list[str] | None:
    text = options.get("$select")
    if not text:
        return None
    try:
        names = parse_select(text)
    except BadQuery as error:
        raise bad_request(error, "BadRequest_InvalidRequestUrl") from error
    if "*" in names:
        return None
    for name in names:
        if name not in entity.by_name:
            raise bad_request(
                _("Could not find a property named '%(name)s' on type '%(type)s'.")
                % {"name": name, "type": entity.type_name}
            )
    return names


def _expansions(entity: Entity, options: Mapping[str, str]) -> list[tuple[Navigation, Expand]]:
    text = options.get("$expand")
    if not text:
        return []
    try:
        expansions = parse_expand(text)
    except BadQuery as error:
        raise bad_request(error, "BadRequest_InvalidRequestUrl") from error
    return [(navigation(entity, expand.name), expand) for expand in expansions]


def navigation(entity: Entity, name: str) -> Navigation:
    """Return a navigation of an entity. Raises `Problem`."""
    found = entity.navigations.get(name) or entity.navigations.get(name.removesuffix("s"))
    if found is None:
        raise bad_request(
            _("Could not find a property named '%(name)s' on type '%(type)s'.")
            % {"name": name, "type": entity.type_name}
        )
    return found


def _expand(
    part: Entity,
    records: Sequence[Any],
    shown: dict[UUID, Json],
    expansion: tuple[Navigation, Expand],
    find: Find,
) -> None:
    link, expand = expansion
    check_options(expand.options)
    target = find(link.to)
    if not link.many:
        ids = {record.pk: read(record, link.source) for record in records}
        rows = _by_id(target, Q(pk__in={id for id in ids.values() if id}), expand, find)
        for record in records:
            shown[record.pk][expand.name] = rows.get(ids[record.pk])
        return
    asked = Asked(expand.options)
    for owner in target.parts:
        if not belongs(owner, part, link.of):
            continue
        within = Q(**{f"{link.of}__in": [record.pk for record in records]})
        children = list(_query(owner, within, expand.options))
        json = show(target, [(owner, child) for child in children], expand.options, find)
        for record in records:
            mine = [
                row
                for child, row in zip(children, json, strict=True)
                if read(child, link.of) == record.pk
            ]
            start = asked.number("$skip") or 0
            top = asked.number("$top")
            mine = mine[start : start + top] if top is not None else mine[start:]
            shown[record.pk].setdefault(expand.name, []).extend(mine)


def belongs(child: Entity, parent: Entity, of: str) -> bool:
    """Do these child records belong to records of this parent, not to its twin's?"""
    field = child.model._meta.get_field(of.removesuffix("_id"))
    return field.related_model is parent.model


def _by_id(target: Entity, within: Q, expand: Expand, find: Find) -> dict[UUID, Json]:
    records = [
        (part, record) for part in target.parts for record in _query(part, within, expand.options)
    ]
    rows = show(target, records, expand.options, find)
    return {record.pk: row for (_part, record), row in zip(records, rows, strict=True)}
