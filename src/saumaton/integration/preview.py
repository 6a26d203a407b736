"""A plan of everything before anything is written: lookups may point at what is yet to be made."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from saumaton.integration.memory import DjangoMemory, chunked
from saumaton.integration.models import JournalEntry, Run
from saumaton.sync.model import Base, Links, Side
from saumaton.sync.ports import Coupling

JOINING = ("create", "update", "settle")  # what couples two records once it is done
# A record that the CRM makes by itself, and the mapping of the record that it comes with: its id
# is not known beforehand.
COMES_WITH = {"BASE UNIT": "UNIT OF MEASURE"}


@dataclass
class Ahead:
    """The couplings as they will be when what is planned so far has been done.

    `guessed` tells that an id was made up for something the CRM will make: such a plan may be
    shown, and is made anew before it is applied.
    """

    memory: DjangoMemory
    run: Run
    guessed: bool = field(default=False)

    def __call__(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        wanted = set(ids)
        found = self.memory.couplings(mapping, side, wanted)
        wanted -= {coupling.id(side) for coupling in found if coupling.base is not None}
        found += self._planned(mapping, side, wanted)
        wanted -= {coupling.id(side) for coupling in found if coupling.base is not None}
        if wanted and mapping in COMES_WITH and side is Side.ERP:
            found += self._guessed(mapping, wanted)
        return found

    def _planned(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        entries = JournalEntry.objects.filter(run=self.run, mapping=mapping, verb__in=JOINING)
        return [
            Coupling(erp, crm, Base())
            for some in chunked(ids)
            for erp, crm in entries.filter(**{f"{side.value}_id__in": some}).values_list(
                "erp_id", "crm_id"
            )
            if erp and crm
        ]

    def _guessed(self, mapping: str, ids: Iterable[UUID]) -> list[Coupling]:
        links: Links = self.memory.links()
        hosts = self(COMES_WITH[mapping], Side.ERP, ids)
        self.guessed = self.guessed or bool(hosts)
        return [Coupling(h.erp, links.copy_id(mapping, h.erp), Base()) for h in hosts]
