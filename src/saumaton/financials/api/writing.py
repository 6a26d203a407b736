"""From a request's body to a stored record: checks, references, creates, updates, deletes."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from saumaton.financials.api.entity import Entity, Property, Written, read
from saumaton.financials.api.kinds import Text
from saumaton.financials.api.problem import Problem, bad_request, refused
from saumaton.users.models import User


def parse(body: bytes) -> dict[str, Any]:
    """Return a JSON object; its decimals are exact. Raises `Problem`."""
    try:
        value = json.loads(body or b"{}", parse_float=Decimal, parse_constant=_no_constant)
        if b"\\ud" in body.lower():  # half of an escaped pair is no text
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise bad_request(_("The body is not JSON: %(error)s.") % {"error": error}) from error
    if not isinstance(value, dict):
        raise bad_request(_("The body must be a JSON object."))
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def written(
    entity: Entity, body: Mapping[str, Any], user: User, current: Model | None = None
) -> Written:
    """Check a body against an entity and return what it wants stored. Raises `Problem`."""
    values: dict[str, Any] = {}
    children: dict[str, list[dict[str, Any]]] = {}
    for name, value in body.items():
        if "@" in name:
            continue
        if name in entity.navigations:
            children[name] = _children(name, value, current)
            continue
        property = entity.by_name.get(name)
        if property is None:
            raise bad_request(
                _("The property '%(name)s' does not exist on type '%(type)s'.")
                % {"name": name, "type": entity.type_name}
            )
        if property.writable and not (name == "id" and current is not None):
            _set(values, property, _value(property, value), name)
        else:
            _check_unchanged(property, value, current)
    _check_required(entity, values, current)
    return Written(values, children, user)


def _children(name: str, value: Any, current: Model | None) -> list[dict[str, Any]]:
    if current is not None:
        raise bad_request(
            _("'%(name)s' cannot be changed together with its parent.") % {"name": name}
        )
    if not isinstance(value, list) or not all(isinstance(child, dict) for child in value):
        raise bad_request(_("'%(name)s' takes a list of objects.") % {"name": name})
    return value


def _value(property: Property, value: Any) -> Any:
    parsed = property.kind.parsed(value, property.name)
    if property.refers is None:
        return parsed
    if parsed in (None, ""):
        return None
    found = property.refers._default_manager.filter(**{property.by: parsed}).values_list("pk")
    row = found.first()
    if row is None:
        raise refused(
            _("%(name)s: there is no %(kind)s “%(value)s”.")
            % {
                "name": property.name,
                "kind": property.refers._meta.verbose_name,
                "value": parsed,
            }
        )
    return row[0]


def _set(values: dict[str, Any], property: Property, value: Any, name: str) -> None:
    """Set an attribute; two properties that name one reference must agree."""
    attribute = property.attribute
    if property.refers and attribute in values and values[attribute] != value:
        raise refused(_("'%(name)s' contradicts the other property of its pair.") % {"name": name})
    values[attribute] = value


def _check_unchanged(property: Property, value: Any, current: Model | None) -> None:
    """A program may send back what it has read, but not change what is read-only."""
    parsed = property.kind.parsed(value, property.name)
    if property.compute or property.name == "lastModifiedDateTime":
        return
    kept = read(current, property.path) if current is not None else property.kind.empty
    if parsed not in (kept, property.kind.empty) and not _same_text(property, parsed, kept):
        raise bad_request(
            _("The control '%(name)s' is read-only.") % {"name": property.name},
            "BadRequest_InvalidOperation",
        )


def _same_text(property: Property, one: Any, other: Any) -> bool:
    return isinstance(property.kind, Text) and (one or "") == (other or "")


def _check_required(entity: Entity, values: Mapping[str, Any], current: Model | None) -> None:
    for property in entity.properties:
        if not property.required:
            continue
        given = property.attribute in values
        if (current is None and not given) or (given and values[property.attribute] in ("", None)):
            code = "Application_DialogException"
            if isinstance(property.kind, Text) and property.kind.code:
                code = "BadRequest_RequiredParamNotProvided"
            raise bad_request(
                _("%(name)s must be filled in. Enter a value.") % {"name": property.name}, code
            )


def create_record(entity: Entity, wanted: Written) -> Model:
    """Store a new record as it is. Raises `Problem`."""
    values = {name: value for name, value in wanted.values.items() if name != "pk"}
    record = entity.model(**values)
    _save(entity, record, insert=True)
    return record


def update_record(entity: Entity, record: Model, wanted: Written) -> Model:
    """Store changed values of a record. Raises `Problem`."""
    for name, value in wanted.values.items():
        setattr(record, name, value)
    if wanted.values:
        _save(entity, record, insert=False)
    return record


def _save(entity: Entity, record: Model, *, insert: bool) -> None:
    try:
        with transaction.atomic():
            record.save(force_insert=insert)
    except IntegrityError as error:
        raise same_key(entity, record) from error


def same_key(entity: Entity, record: Model) -> Problem:
    key = next((name for name in ("number", "code") if hasattr(record, name)), "pk")
    return bad_request(
        _("The record already exists: %(kind)s %(key)s.")
        % {"kind": entity.model._meta.verbose_name, "key": getattr(record, key)},
        "Internal_EntityWithSameKeyExists",
    )


def delete_record(entity: Entity, record: Model) -> None:
    """Delete a record that nothing refers to. Raises `Problem`."""
    try:
        with transaction.atomic():
            record.delete()
    except ProtectedError as error:
        users = sorted({str(other._meta.verbose_name) for other in error.protected_objects})
        raise refused(
            _("%(record)s cannot be deleted: it is used by %(users)s.")
            % {"record": record, "users": ", ".join(users)}
        ) from error
