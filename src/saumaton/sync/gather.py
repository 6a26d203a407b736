"""Read both sides of what changed: chunk by chunk, one query a chunk, into pairs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

from .matching import Candidates, Matched, match, wanted_values
from .model import Links, Lookup, Mapping, Pair, Row, Side, Value, Values, meets
from .ports import Coupling, Memory, Table

Tables = dict[Side, Table]
Changed = dict[Side, frozenset[UUID]]
# couplings of records of one side of a mapping: what lookups are answered from
Counterparts = Callable[[str, Side, Iterable[UUID]], Sequence[Coupling]]
T = TypeVar("T")

CHUNK = 1000


@dataclass
class Subjects:
    """What a run must look at: couplings, records that stand alone, and what cannot be decided."""

    couplings: list[Coupling] = field(default_factory=list)
    alone: list[tuple[Side, UUID]] = field(default_factory=list)
    ambiguous: dict[tuple[Side, UUID], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.couplings) + len(self.alone)


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def subjects(
    mapping: Mapping, tables: Tables, memory: Memory, changed: Changed, everything: bool
) -> Subjects:
    """Find the counterpart of every changed record: coupling, id, or what it is known by.

    `everything`: both sides listed all they have, so that candidates need not be looked for.
    """
    couplings, lone = _coupled(mapping, memory, changed)
    copies = _copies(memory.links(), mapping, lone)
    found = Subjects([c for c in couplings if not c.rests] + copies)
    for coupling in copies:
        for side in Side:
            lone[side].discard(coupling.id(side))
    if mapping.match_on and (all(lone.values()) or (any(lone.values()) and not everything)):
        matched = _matched(mapping, tables, memory, lone, everything)
        for erp, crm in matched.pairs.items():
            found.couplings.append(Coupling(erp, crm))
            lone[Side.ERP].discard(erp)
            lone[Side.CRM].discard(crm)
        found.ambiguous = matched.ambiguous
    found.alone = [(side, id) for side in Side for id in sorted(lone[side])]
    return found


def _coupled(
    mapping: Mapping, memory: Memory, changed: Changed
) -> tuple[list[Coupling], dict[Side, set[UUID]]]:
    """Return the couplings of what changed, each once, and the records that have none."""
    known: dict[tuple[UUID, UUID], Coupling] = {}
    lone: dict[Side, set[UUID]] = {}
    for side in Side:
        lone[side] = set(changed.get(side, ()))
        for ids in chunks(sorted(changed.get(side, ()))):
            for coupling in memory.couplings(mapping.name, side, ids):
                known[coupling.erp, coupling.crm] = coupling
                lone[side].discard(coupling.id(side))
    return list(known.values()), lone


def _copies(links: Links, mapping: Mapping, lone: dict[Side, set[UUID]]) -> list[Coupling]:
    """Return the pairs of a record and its copy whose coupling was lost."""
    found = []
    if all(lone.values()):
        for side in Side:
            for id in sorted(lone[side]):
                copy = links.copy_id(mapping.name, id)
                if copy in lone[side.other]:
                    erp, crm = (id, copy) if side is Side.ERP else (copy, id)
                    found.append(Coupling(erp, crm, born=side))
    return found


def _matched(
    mapping: Mapping,
    tables: Tables,
    memory: Memory,
    lone: dict[Side, set[UUID]],
    everything: bool,
) -> Matched:
    """Weigh the lone records of both sides against each other, and against what each side finds."""
    candidates = Candidates(mapping)
    wanted: dict[Side, list[Values]] = {side: [] for side in Side}
    for side in Side:
        for ids in chunks(sorted(lone[side])):
            rows = [r for r in tables[side].fetch(ids) if meets(r, mapping.only(side))]
            candidates.add(side, rows)
            if not everything:  # look there for counterparts, and here for rivals
                for towards in Side:
                    wanted[towards] += wanted_values(mapping, side, rows, towards)
    for side in Side:
        for some in chunks(wanted[side], 100):
            found = list(tables[side].find(some))
            coupled = {c.id(side) for c in memory.couplings(mapping.name, side, ids_of(found))}
            rivals = (r for r in found if r.id not in coupled and meets(r, mapping.only(side)))
            candidates.add(side, rivals)
    return match(candidates)


def ids_of(rows: Iterable[Row]) -> list[UUID]:
    return [row.id for row in rows]


def pairs(found: Sequence[Coupling], tables: Tables) -> list[Pair]:
    """Read both rows of each coupling."""
    rows = {side: _read(tables[side], [c.id(side) for c in found]) for side in Side}
    erp, crm = rows[Side.ERP], rows[Side.CRM]
    return [Pair(erp.get(c.erp), crm.get(c.crm), c.erp, c.crm, c.base, c.born) for c in found]


def singles(found: Sequence[tuple[Side, UUID]], tables: Tables) -> list[Pair]:
    """Read the records that stand alone; those that are gone meanwhile are left out."""
    result = []
    for side in Side:
        rows = _read(tables[side], [id for of, id in found if of is side])
        result += [Pair(erp=r) if side is Side.ERP else Pair(crm=r) for r in rows.values()]
    return result


def _read(table: Table, ids: Sequence[UUID]) -> dict[UUID, Row]:
    return {row.id: row for row in table.fetch(ids)} if ids else {}


def links_of(
    mapping: Mapping, some: Sequence[Pair], connection: UUID, counterparts: Counterparts
) -> Links:
    """Return the couplings that the lookups of these pairs need; one query a lookup and side.

    A promise does not count: what it points at may not be there yet.
    """
    known: dict[tuple[str, Side, Value], UUID] = {}
    wanted: dict[tuple[str, Side], set[UUID]] = {}
    for lookup in mapping.fields:
        if isinstance(lookup, Lookup):
            for towards in lookup.flow:
                side = towards.other
                values = (lookup.value(row, side) for p in some if (row := p.row(side)))
                ids = {value for value in values if isinstance(value, UUID)}
                wanted.setdefault((lookup.to, side), set()).update(ids)
    for (to, side), ids in wanted.items():
        for coupling in counterparts(to, side, sorted(ids)) if ids else ():
            if coupling.base is not None and not coupling.rests:
                known[to, side, coupling.id(side)] = coupling.id(side.other)
    return Links(connection, known)
