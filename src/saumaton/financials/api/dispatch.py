"""From a request to an answer: which entity it means, who may, and what is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from saumaton.financials.api import metadata, reading, writing
from saumaton.financials.api.entities import ENTITIES
from saumaton.financials.api.entity import Entity, Navigation, read
from saumaton.financials.api.problem import (
    Problem,
    bad_request,
    from_refusal,
    not_allowed,
    not_found,
)
from saumaton.financials.errors import Refused
from saumaton.financials.models import CompanyInformation
from saumaton.odata.options import parse_query
from saumaton.odata.path import Segment, parse_path
from saumaton.odata.tree import BadQuery, Literal
from saumaton.users.models import User
from saumaton.users.permissions import Right, may


@dataclass(frozen=True)
class Call:
    """A request without its transport, so that parts of a batch are requests, too."""

    method: str
    path: str  # below /api/v2.0, decoded
    query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    user: User
    root: str  # the absolute address of /api/v2.0
    id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None  # a JSON value, or bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; odata.metadata=minimal"


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


def find(name: str) -> Entity:
    """Return an entity set. Raises `Problem`."""
    try:
        return ENTITIES[name]
    except KeyError:
        raise not_found(name) from None


def answer(call: Call) -> Answer:
    """Answer a request; what goes wrong becomes an error body, and then nothing was changed."""
    try:
        with transaction.atomic():
            return _answer(call)
    except Refused as refusal:
        return error(from_refusal(refusal), call)
    except Problem as problem:
        return error(problem, call)


def error(problem: Problem, call: Call) -> Answer:
    message = f"{problem.message}  CorrelationId:  {call.id}."
    body = {"error": {"code": problem.code, "message": message}}
    return Answer(problem.status, body, content_type="application/json")


def _answer(call: Call) -> Answer:
    if not may(call.user, Right.READ):
        raise _forbidden()
    options = parse_query(call.query)
    try:
        segments = parse_path(call.path)
    except (BadQuery, ValueError) as problem:
        raise Problem(404, "BadRequest_NotFound", problem) from problem
    if not segments or segments[0].name == "$metadata":
        _only("GET", call, "$metadata" if segments else "", "Entity")
        return _described(call, bool(segments))
    company, rest = _company(call, segments, options)
    if company is None:
        return _companies(call, segments, options)
    if not rest:
        _only("GET", call, "companies", "Entity")
        row = reading.one(ENTITIES["companies"], company, options, find)
        row.pop("@odata.etag")
        return Answer(200, {"@odata.context": _context(call, "companies") + "/$entity", **row})
    return _walk(call, company, rest, options)


def _described(call: Call, metadata_asked: bool) -> Answer:
    if metadata_asked:
        text = metadata.document(ENTITIES.values(), "Microsoft.NAV")
        return Answer(200, text, content_type="application/xml")
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in ENTITIES]
    return Answer(200, {"@odata.context": f"{call.root}/$metadata", "value": sets})


def _companies(call: Call, segments: list[Segment], options: Mapping[str, str]) -> Answer:
    if segments[0].name != "companies":
        raise Problem(404, "Internal_CompanyNotFound", _("The company does not exist."))
    _only("GET", call, "companies", "Collection")
    page = reading.page(ENTITIES["companies"], Q(), reading.Asked(options), find)
    rows = [
        {name: value for name, value in row.items() if name != "@odata.etag"} for row in page.rows
    ]
    return Answer(200, {"@odata.context": _context(call, "companies"), "value": rows})


def _company(
    call: Call, segments: list[Segment], options: Mapping[str, str]
) -> tuple[CompanyInformation | None, list[Segment]]:
    """Return the company a request is about, and the segments after it."""
    companies = CompanyInformation.objects.all()
    first = segments[0]
    if first.name != "companies":
        named = options.get("company") or call.headers.get("company")
        if not named:
            return companies.first(), segments
        return companies.filter(_id_or_name(unquote(named))).first(), segments
    if first.keys is None:
        return None, []
    key = first.keys.get("") or first.keys.get("id") or first.keys.get("name")
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


def _walk(
    call: Call, company: CompanyInformation, segments: list[Segment], options: Mapping[str, str]
) -> Answer:
    """Follow the path from set to record to set, and do at its end what the method says."""
    entity = find(segments[0].name)
    target = Target(
        call=call,
        company=company,
        entity=entity,
        within=Q(),
        options=options,
        address=f"companies({company.pk})/{entity.name}",
    )
    target = _keyed(target, segments[0])
    for index, segment in enumerate(segments[1:], start=1):
        last = index == len(segments) - 1
        if segment.name == "$count" and last and target.record is None:
            return _count(target)
        if target.record is None:
            raise not_found(segment.text)
        if "." in segment.name and last:
            return _act(target, segment.bare)
        target = _keyed(_navigated(target, segment), segment)
    return _on_record(target) if target.part else _on_set(target)


def _keyed(target: Target, segment: Segment) -> Target:
    if segment.keys is None:
        return target
    key = segment.keys.get("") or segment.keys.get("id")
    id = key.value if isinstance(key, Literal) else None
    if not isinstance(id, UUID):
        raise Problem(
            404,
            "BadRequest_NotFound",
            _("The key of '%(set)s' is not a GUID.") % {"set": segment.name},
        )
    for part in target.entity.parts:
        rows = part.rows().filter(target.within, pk=id)
        record = rows.first()
        if record is not None:
            return replace(target, record=record, part=part)
    raise not_found(segment.name)


def _navigated(target: Target, segment: Segment) -> Target:
    try:
        link = reading.navigation(target.part or target.entity, segment.name)
    except Problem as problem:
        raise not_found(segment.name) from problem
    entity = find(link.to)
    address = f"{target.address}({target.record.pk})/{segment.name}"
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


def _on_set(target: Target) -> Answer:
    if target.call.method == "GET":
        _check_flat(target)
        return _list(target)
    if target.call.method != "POST" or target.entity.create is None:
        raise not_allowed(target.call.method, target.segment, "Collection")
    return _create(target)


def _check_flat(target: Target) -> None:
    needed = target.entity.needs_filter
    text = target.options.get("$filter", "")
    if needed and not target.nested and f"{needed} eq " not in text and "id eq " not in text:
        raise Problem(
            400,
            "Application_DialogException",
            _("%(set)s must be filtered by %(name)s or id.")
            % {"set": target.segment, "name": needed},
        )


def _list(target: Target) -> Answer:
    call = target.call
    size = _page_size(call.headers.get("prefer", ""))
    page = reading.page(target.entity, target.within, reading.Asked(target.options, size), find)
    body: dict[str, Any] = {"@odata.context": _context(call, target.address)}
    if page.count is not None:
        body["@odata.count"] = page.count
    body["value"] = page.rows
    if page.next_options:
        body["@odata.nextLink"] = f"{call.root}/{target.address}?{page.next_options}"
    return Answer(200, body)


def _page_size(prefer: str) -> int:
    for preference in prefer.split(","):
        name, _equals, value = preference.strip().partition("=")
        if name == "odata.maxpagesize" and value.isdecimal() and int(value):
            return min(int(value), reading.PAGE)
    return reading.PAGE


def _count(target: Target) -> Answer:
    _only("GET", target.call, target.segment, "Collection")
    options = {**target.options, "$count": "true", "$top": "0"}
    page = reading.page(target.entity, target.within, reading.Asked(options), find)
    return Answer(200, str(page.count).encode(), content_type="text/plain")


def _create(target: Target) -> Answer:
    call, entity = target.call, target.entity
    _allow(target, entity.right)
    body = writing.parse(call.body)
    for name, value in target.parent.items():
        if str(body.get(name, value)).lower() != value:
            raise bad_request(_("%(name)s contradicts the address.") % {"name": name})
    wanted = writing.written(entity, {**body, **target.parent}, call.user)
    assert entity.create is not None
    made = entity.create(entity, wanted)
    address = f"{call.root}/{target.address}({made.pk})"
    expand = target.options.get("$expand") or ",".join(wanted.children)
    options = {**target.options, "$expand": expand} if expand else target.options
    headers = {"Location": address}
    if _minimal(call):
        return Answer(204, None, {**headers, "OData-EntityId": address})
    return Answer(201, _shown(target, entity, made.pk, options), headers)


def _on_record(target: Target) -> Answer:
    if target.record is None:
        _only("GET", target.call, target.segment, "Entity")
        return Answer(204)
    methods: Mapping[str, Callable[[Target], Answer]] = {
        "GET": _get,
        "PATCH": _change,
        "DELETE": _remove,
    }
    try:
        return methods[target.call.method](target)
    except KeyError:
        raise not_allowed(target.call.method, target.segment, "Entity") from None


def _get(target: Target) -> Answer:
    assert target.part is not None
    return Answer(200, _shown(target, target.entity, target.record.pk, target.options))


def _shown(target: Target, entity: Entity, id: Any, options: Mapping[str, str]) -> dict[str, Any]:
    for part in entity.parts:
        record = part.rows().filter(pk=id).first()
        if record is not None:
            row = reading.one(entity, record, options, find)
            return {"@odata.context": _context(target.call, target.address) + "/$entity", **row}
    raise not_found(entity.name)


def _change(target: Target) -> Answer:
    part = target.part
    assert part is not None
    if part.update is None:
        raise not_allowed("PATCH", target.segment, "Entity")
    _allow(target, part.right)
    if "if-match" not in target.call.headers:
        raise bad_request(_("PATCH needs an If-Match header."), "BadRequest_InvalidToken")
    record = _locked(target)
    wanted = writing.written(part, writing.parse(target.call.body), target.call.user, record)
    changed = part.update(part, record, wanted)
    if _minimal(target.call):
        return Answer(204)
    return Answer(200, _shown(target, target.entity, changed.pk, target.options))


def _remove(target: Target) -> Answer:
    part = target.part
    assert part is not None
    if part.delete is None:
        raise not_allowed("DELETE", target.segment, "Entity")
    _allow(target, part.right)
    part.delete(part, _locked(target))
    return Answer(204)


def _act(target: Target, name: str) -> Answer:
    part = target.part
    assert part is not None
    known = {action.lower(): act for action, act in part.actions.items()}
    act = known.get(name.lower())
    if act is None:
        others = {action.lower() for twin in target.entity.parts for action in twin.actions}
        if name.lower() in others:
            raise Problem(
                400,
                "Application_DialogException",
                _("%(action)s is not possible for %(record)s in this state.")
                % {"action": name, "record": target.record},
            )
        raise not_found(name)
    _only("POST", target.call, name, "Action")
    _allow(target, part.act_right)
    made = act(_locked(target), target.call.user)
    if made is None:
        return Answer(204)
    if made.pk == target.record.pk and isinstance(made, type(target.record)):
        return Answer(200, _shown(target, target.entity, made.pk, {}))
    entity = next(set for set in ENTITIES.values() for one in set.parts if _holds(one, made))
    company = f"{target.call.root}/companies({target.company.pk})"
    return Answer(204, None, {"Location": f"{company}/{entity.name}({made.pk})"})


def _holds(part: Entity, record: Model) -> bool:
    return isinstance(record, part.model) and part.rows().filter(pk=record.pk).exists()


def _locked(target: Target) -> Any:
    """Return the record for writing, if it is still what the request says it is."""
    part = target.part
    assert part is not None
    part.model._default_manager.select_for_update().filter(pk=target.record.pk).first()
    record = part.rows().filter(pk=target.record.pk).first()
    if record is None:
        raise not_found(target.segment)
    asked = target.call.headers.get("if-match", "*").strip()
    if asked == "*":
        return record
    if not asked.startswith(('W/"', '"')):
        raise bad_request(_("The If-Match header is not a tag."), "BadRequest_InvalidToken")
    if asked.removeprefix("W/") != reading.tag_of(part, record).removeprefix("W/"):
        raise Problem(
            409,
            "Request_EntityChanged",
            _("Another user has changed %(record)s. Read it again.") % {"record": record},
        )
    return record


def _allow(target: Target, right: str) -> None:
    if not may(target.call.user, right):
        raise _forbidden()


def _forbidden() -> Problem:
    return Problem(
        403, "Authorization_PermissionDenied", _("Your permission sets do not allow this.")
    )


def _only(method: str, call: Call, segment: str, kind: str) -> None:
    if call.method != method:
        raise not_allowed(call.method, segment, kind)


def _minimal(call: Call) -> bool:
    preferences = {part.strip() for part in call.headers.get("prefer", "").split(",")}
    return bool(preferences & {"return=minimal", "return-no-content"})


def _context(call: Call, address: str) -> str:
    return f"{call.root}/$metadata#{address}"
