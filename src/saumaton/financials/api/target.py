"""Where the path of a request leads: to a set, to a record, or from one to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from saumaton.financials.api import reading
from saumaton.financials.api.call import Call
from saumaton.financials.api.entity import Entity, Navigation, read
from saumaton.financials.api.problem import Problem, not_found
from saumaton.financials.models import CompanyInformation
from saumaton.odata.path import Segment
from saumaton.odata.text import quoted as literal
from saumaton.odata.tree import Literal


@dataclass(frozen=True)
class Target:
    """What the path of a request leads to: a set, a record of it, or a way on from there."""

    call: Call
    company: CompanyInformation
    entity: Entity
    within: Q
    options: Mapping[str, str]
    address: str  # of the set, below the root
    record: Any = None
    part: Entity | None = None
    parent: dict[str, Any] = field(default_factory=dict)  # what a nested POST adds to the body
    nested: bool = False

    @property
    def segment(self) -> str:
        return self.entity.name


def company_of(
    call: Call, segments: list[Segment], options: Mapping[str, str]
) -> tuple[CompanyInformation | None, list[Segment]]:
    """Return the company a request is about, and the segments after it."""
    companies = CompanyInformation.objects.all()
    first = segments[0]
    if first.name != call.companies:
        named = options.get("company") or call.headers.get("company")
        if not named:
            return companies.first(), segments
        return companies.filter(_id_or_name(unquote(named))).first(), segments
    if first.keys is None:
        return None, []
    key = next(iter(first.keys.values()), None)
    value = key.value if isinstance(key, Literal) else None
    company = companies.filter(_id_or_name(str(value))).first()
    if company is None:
        raise Problem(404, "Internal_CompanyNotFound", _("The company does not exist."))
    return company, segments[1:]


def _id_or_name(value: str) -> Q:
    try:
        return Q(pk=UUID(value))
    except ValueError:
        return Q(name=value)


def first_target(
    call: Call, company: CompanyInformation, segment: Segment, options: Mapping[str, str]
) -> Target:
    """Return what the first segment after the company means. Raises `Problem`."""
    entity = call.find(segment.name)
    written = f"'{company.name}'" if call.companies == "Company" else str(company.pk)
    address = f"{call.companies}({written})/{entity.name}"
    return keyed(Target(call, company, entity, Q(), options, address), segment)


def keyed(target: Target, segment: Segment) -> Target:
    """Return the record that a segment's key names; the set itself if it has no key."""
    if segment.keys is None:
        return target
    for part in target.entity.parts:
        record = part.rows().filter(target.within, _key(part, segment)).first()
        if record is not None:
            return replace(target, record=record, part=part)
    raise not_found(segment.name)


def _key(part: Entity, segment: Segment) -> Q:
    keys = dict(segment.keys or {})
    if len(part.keys) == 1 and "" in keys:
        keys = {part.keys[0]: keys[""]}
    condition = Q()
    for name in part.keys:
        node = keys.get(name)
        if not isinstance(node, Literal) or (name == "id" and not isinstance(node.value, UUID)):
            message = _("The key of '%(set)s' is %(names)s.")
            raise Problem(
                404,
                "BadRequest_NotFound",
                message % {"set": segment.name, "names": ", ".join(part.keys)},
            )
        property = part.by_name[name]
        condition &= Q(**{property.path: property.kind.literal(node.value, name)})
    return condition


def key_text(part: Entity, record: Any) -> str:
    """Return the key of a record as it stands in an address."""
    if part.keys == ("id",):
        return str(record.pk)
    quoted: dict[str, str] = {}
    for name in part.keys:
        property = part.by_name[name]
        value = property.kind.show(read(record, property.path))
        quoted[name] = literal(value) if isinstance(value, str) else str(value)
    if len(quoted) == 1:
        return next(iter(quoted.values()))
    return ",".join(f"{name}={value}" for name, value in quoted.items())


def navigated(target: Target, segment: Segment) -> Target:
    """Return what a navigation leads to from a record. Raises `Problem`."""
    assert target.part is not None
    try:
        link = reading.navigation(target.part, segment.name)
    except Problem as problem:
        raise not_found(segment.name) from problem
    entity = target.call.find(link.to)
    address = f"{target.address}({key_text(target.part, target.record)})/{segment.name}"
    if link.many:
        return _children(target, link, entity, address)
    id = read(target.record, link.source)
    for part in entity.parts:
        record = part.rows().filter(pk=id).first()
        if record is not None:
            return replace(target, entity=entity, record=record, part=part, address=address)
    return replace(target, entity=entity, record=None, part=entity, address=address)


def _children(target: Target, link: Navigation, entity: Entity, address: str) -> Target:
    assert target.part is not None
    parts = [part for part in entity.parts if reading.belongs(part, target.part, link.of)]
    owner = next(
        (p.name for p in entity.properties if p.path == link.of), link.of.removesuffix("_id")
    )
    return replace(
        target,
        entity=replace(parts[0], also=None),
        within=Q(**{link.of: target.record.pk}),
        record=None,
        part=None,
        address=address,
        parent={owner: str(target.record.pk)},
        nested=True,
    )
