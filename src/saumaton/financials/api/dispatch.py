"""From a request to an answer: which entity it means, who may, and what is done."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from saumaton.financials.api import metadata, reading, target, writing
from saumaton.financials.api.call import Answer, Call, error
from saumaton.financials.api.entity import Entity
from saumaton.financials.api.problem import (
    Problem,
    bad_request,
    from_refusal,
    not_allowed,
    not_found,
)
from saumaton.financials.api.target import Target
from saumaton.financials.errors import Refused
from saumaton.odata.options import parse_query
from saumaton.odata.path import Segment, parse_path
from saumaton.odata.tree import BadQuery
from saumaton.users.permissions import Right, may


def answer(call: Call) -> Answer:
    """Answer a request; what goes wrong becomes an error body, and then nothing was changed."""
    try:
        with transaction.atomic():
            return _answer(call)
    except Refused as refusal:
        return error(from_refusal(refusal), call)
    except Problem as problem:
        return error(problem, call)


def _answer(call: Call) -> Answer:
    if not may(call.user, Right.READ):
        raise _forbidden()
    options = parse_query(call.query)
    try:
        segments = parse_path(call.path)
    except (BadQuery, ValueError) as problem:
        raise Problem(404, "BadRequest_NotFound", problem) from problem
    if not segments or segments[0].name == "$metadata":
        call.only("GET", "$metadata" if segments else "", "Entity")
        return _described(call, bool(segments))
    company, rest = target.company_of(call, segments, options)
    if company is None:
        return _companies(call, segments, options)
    if rest:
        return _walk(target.first_target(call, company, rest[0], options), rest)
    call.only("GET", call.companies, "Entity")
    row = reading.one(call.find(call.companies), company, options, call.find)
    row.pop("@odata.etag")
    return Answer(200, {"@odata.context": call.context(call.companies) + "/$entity", **row})


def _described(call: Call, metadata_asked: bool) -> Answer:
    if metadata_asked:
        text = metadata.document(call.entities.values(), call.namespace)
        return Answer(200, text, content_type="application/xml")
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in call.entities]
    return Answer(200, {"@odata.context": f"{call.root}/$metadata", "value": sets})


def _companies(call: Call, segments: list[Segment], options: Mapping[str, str]) -> Answer:
    if segments[0].name != call.companies:
        raise Problem(404, "Internal_CompanyNotFound", _("The company does not exist."))
    call.only("GET", call.companies, "Collection")
    asked = reading.Asked(options)
    page = reading.page(call.find(call.companies), Q(), asked, call.find)
    rows = [
        {name: value for name, value in row.items() if name != "@odata.etag"} for row in page.rows
    ]
    return Answer(200, {"@odata.context": call.context(call.companies), "value": rows})


def _walk(at: Target, segments: list[Segment]) -> Answer:
    """Follow the path from set to record to set, and do at its end what the method says."""
    for index, segment in enumerate(segments[1:], start=1):
        last = index == len(segments) - 1
        if segment.name == "$count" and last and at.record is None:
            return _count(at)
        if at.record is None:
            raise not_found(segment.text)
        if "." in segment.name and last:
            return _act(at, segment.bare)
        at = target.keyed(target.navigated(at, segment), segment)
    return _on_record(at) if at.part else _on_set(at)


def _on_set(at: Target) -> Answer:
    if at.call.method == "GET":
        _check_flat(at)
        return _list(at)
    if at.call.method != "POST" or at.entity.create is None:
        raise not_allowed(at.call.method, at.segment, "Collection")
    return _create(at)


def _check_flat(at: Target) -> None:
    needed = at.entity.needs_filter
    text = at.options.get("$filter", "")
    if needed and not at.nested and f"{needed} eq " not in text and "id eq " not in text:
        raise Problem(
            400,
            "Application_DialogException",
            _("%(set)s must be filtered by %(name)s or id.") % {"set": at.segment, "name": needed},
        )


def _list(at: Target) -> Answer:
    call = at.call
    size = _page_size(call.headers.get("prefer", ""))
    page = reading.page(at.entity, at.within, reading.Asked(at.options, size), at.call.find)
    body: dict[str, Any] = {"@odata.context": call.context(at.address)}
    if page.count is not None:
        body["@odata.count"] = page.count
    body["value"] = page.rows
    if page.next_options:
        body["@odata.nextLink"] = f"{call.root}/{at.address}?{page.next_options}"
    return Answer(200, body)


def _page_size(prefer: str) -> int:
    for preference in prefer.split(","):
        name, _equals, value = preference.strip().partition("=")
        if name == "odata.maxpagesize" and value.isdecimal() and int(value):
            return min(int(value), reading.PAGE)
    return reading.PAGE


def _count(at: Target) -> Answer:
    at.call.only("GET", at.segment, "Collection")
    options = {**at.options, "$count": "true", "$top": "0"}
    page = reading.page(at.entity, at.within, reading.Asked(options), at.call.find)
    return Answer(200, str(page.count).encode(), content_type="text/plain")


def _create(at: Target) -> Answer:
    call, entity = at.call, at.entity
    _allow(at, entity.right)
    body = writing.parse(call.body)
    for name, value in at.parent.items():
        if str(body.get(name, value)).lower() != value:
            raise bad_request(_("%(name)s contradicts the address.") % {"name": name})
    wanted = writing.written(entity, {**body, **at.parent}, call.user)
    assert entity.create is not None
    made = entity.create(entity, wanted)
    address = f"{call.root}/{at.address}({target.key_text(entity, made)})"
    expand = at.options.get("$expand") or ",".join(wanted.children)
    options = {**at.options, "$expand": expand} if expand else at.options
    headers = {"Location": address}
    if _minimal(call):
        return Answer(204, None, {**headers, "OData-EntityId": address})
    return Answer(201, _shown(at, entity, made.pk, options), headers)


def _on_record(at: Target) -> Answer:
    if at.record is None:
        at.call.only("GET", at.segment, "Entity")
        return Answer(204)
    methods: Mapping[str, Callable[[Target], Answer]] = {
        "GET": _get,
        "PATCH": _change,
        "DELETE": _remove,
    }
    try:
        return methods[at.call.method](at)
    except KeyError:
        raise not_allowed(at.call.method, at.segment, "Entity") from None


def _get(at: Target) -> Answer:
    assert at.part is not None
    return Answer(200, _shown(at, at.entity, at.record.pk, at.options))


def _shown(at: Target, entity: Entity, id: Any, options: Mapping[str, str]) -> dict[str, Any]:
    for part in entity.parts:
        record = part.rows().filter(pk=id).first()
        if record is not None:
            row = reading.one(entity, record, options, at.call.find)
            return {"@odata.context": at.call.context(at.address) + "/$entity", **row}
    raise not_found(entity.name)


def _change(at: Target) -> Answer:
    part = at.part
    assert part is not None
    if part.update is None:
        raise not_allowed("PATCH", at.segment, "Entity")
    _allow(at, part.right)
    if "if-match" not in at.call.headers:
        raise bad_request(_("PATCH needs an If-Match header."), "BadRequest_InvalidToken")
    record = _locked(at)
    wanted = writing.written(part, writing.parse(at.call.body), at.call.user, record)
    changed = part.update(part, record, wanted)
    if _minimal(at.call):
        return Answer(204)
    return Answer(200, _shown(at, at.entity, changed.pk, at.options))


def _remove(at: Target) -> Answer:
    part = at.part
    assert part is not None
    if part.delete is None:
        raise not_allowed("DELETE", at.segment, "Entity")
    _allow(at, part.right)
    part.delete(part, _locked(at))
    return Answer(204)


def _act(at: Target, name: str) -> Answer:
    part = at.part
    assert part is not None
    known = {action.lower(): act for action, act in part.actions.items()}
    act = known.get(name.lower())
    if act is None:
        others = {action.lower() for twin in at.entity.parts for action in twin.actions}
        if name.lower() in others:
            raise Problem(
                400,
                "Application_DialogException",
                _("%(action)s is not possible for %(record)s in this state.")
                % {"action": name, "record": at.record},
            )
        raise not_found(name)
    at.call.only("POST", name, "Action")
    _allow(at, part.act_right)
    made = act(_locked(at), at.call.user)
    if made is None:
        return Answer(204)
    if made.pk == at.record.pk and isinstance(made, type(at.record)):
        return Answer(200, _shown(at, at.entity, made.pk, {}))
    sets = at.call.entities.values()
    entity = next(set for set in sets for one in set.parts if _holds(one, made))
    company = at.address.partition("/")[0]
    key = target.key_text(entity, made)
    return Answer(204, None, {"Location": f"{at.call.root}/{company}/{entity.name}({key})"})


def _holds(part: Entity, record: Model) -> bool:
    return isinstance(record, part.model) and part.rows().filter(pk=record.pk).exists()


def _locked(at: Target) -> Any:
    """Return the record for writing, if it is still what the request says it is."""
    part = at.part
    assert part is not None
    part.model._default_manager.select_for_update().filter(pk=at.record.pk).first()
    record = part.rows().filter(pk=at.record.pk).first()
    if record is None:
        raise not_found(at.segment)
    asked = at.call.headers.get("if-match", "*").strip()
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


def _allow(at: Target, right: str) -> None:
    if not may(at.call.user, right):
        raise _forbidden()


def _forbidden() -> Problem:
    return Problem(
        403, "Authorization_PermissionDenied", _("Your permission sets do not allow this.")
    )


def _minimal(call: Call) -> bool:
    preferences = {part.strip() for part in call.headers.get("prefer", "").split(",")}
    return bool(preferences & {"return=minimal", "return-no-content"})
