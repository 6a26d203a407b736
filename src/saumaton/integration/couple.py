"""Couple and part single records by hand."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.integration.connections import tables_of
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Connection, Coupling
from saumaton.sync.model import Field, Lookup, Mapping, Row, Side, meets

PARTED = "parted"


class Unsuitable(Exception):
    """The two records cannot be coupled; the sentence says why."""


def name_field(mapping: Mapping) -> Field:
    """Return the field by which people know the mapping's records in the CRM."""
    known = {field.erp: field for field in mapping.fields if not isinstance(field, Lookup)}
    wanted = next((match.fields[0] for match in mapping.match_on), "name")
    return known.get(wanted) or next(iter(known.values()))


def candidates(connection: Connection, mapping: Mapping, text: str) -> list[Row]:
    """Return the CRM's records of this name or number that take part in the mapping."""
    table = tables_of(connection, mapping.name)[Side.CRM]
    names = {name_field(mapping).crm}
    names |= {f.crm for f in mapping.fields if f.erp in ("name", "number", "description")}
    found = {row.id: row for row in table.find([{name: text} for name in sorted(names)])}
    return [row for row in found.values() if meets(row, mapping.crm_only)]


def couple(connection: Connection, name: str, erp_id: UUID, text: str, leader: Side) -> UUID:
    """Couple a record with the one of this name in the CRM; return that one's id.

    What the two hold is merged by the next synchronisation; where both hold a value, the leader's
    prevails. Raises `Unsuitable`.
    """
    found = candidates(connection, MAPPINGS[name], text.strip())
    if not found:
        raise Unsuitable(_("The CRM has no record named “%(name)s” here.") % {"name": text})
    if len(found) > 1:
        raise Unsuitable(
            _("The CRM has %(count)s records named “%(name)s”. Tell them apart there first.")
            % {"count": len(found), "name": text}
        )
    [row] = found
    try:
        with transaction.atomic():
            _part(connection, name, erp_id)
            Coupling.objects.create(
                connection=connection,
                mapping=name,
                erp_id=erp_id,
                crm_id=row.id,
                born=leader.value,
                state=Coupling.State.PROMISED,
            )
    except IntegrityError:
        raise Unsuitable(
            _("“%(name)s” is coupled to another record already.") % {"name": text}
        ) from None
    return row.id


def _part(connection: Connection, name: str, erp_id: UUID) -> None:
    couplings = Coupling.objects.filter(connection=connection, mapping=name, erp_id=erp_id)
    couplings.filter(rests__gt="").delete()


def part(connection: Connection, name: str, ids: list[UUID]) -> int:
    """Delete couplings: both records stay as they are, and do not meet again by themselves."""
    couplings = Coupling.objects.filter(connection=connection, mapping=name, erp_id__in=ids)
    return couplings.filter(rests="").update(rests=PARTED, settled_at=timezone.now())
