"""Drive one mapping: gather, plan, review, apply, remember. All effects go through the ports.

The pieces stand apart, so that a durable job can take one at a time: `begin` reads the feeds,
`Planning.chunks` decides, `apply` does a chunk of a stored plan, `finish` keeps the tokens.
Broken off anywhere, they may be started again: what is done is found done.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from uuid import UUID

from .gather import (
    CHUNK,
    Changed,
    Counterparts,
    Subjects,
    Tables,
    chunks,
    links_of,
    pairs,
    singles,
    subjects,
)
from .model import Base, Cause, Mapping, Operation, Pair, Row, Side, Verb
from .plan import plan
from .ports import Coupling, Ending, Memory, Outcome
from .undo import undo

Review = Callable[[tuple[Operation, ...]], tuple[Operation, ...]]
Ended = list[tuple[Operation, Outcome]]

DONE = Outcome(Ending.DONE)
PARTING = (Verb.DELETE, Verb.FORGET)


@dataclass
class Planning:
    """What changed in a mapping's tables, ready to be decided chunk by chunk."""

    mapping: Mapping
    tables: Tables
    memory: Memory
    changed: Changed
    tokens: dict[Side, str] = field(default_factory=dict)
    everything: bool = False
    counterparts: Counterparts | None = None  # for lookups; the memory's couplings by default

    @cached_property
    def subjects(self) -> Subjects:
        return subjects(self.mapping, self.tables, self.memory, self.changed, self.everything)

    def chunks(self, size: int = CHUNK) -> Iterator[tuple[Operation, ...]]:
        """Yield the operations of one chunk of records after another; empty chunks are left out."""
        ambiguous = self.subjects.ambiguous
        alone = [entry for entry in self.subjects.alone if entry not in ambiguous]
        unclear = tuple(
            _unclear(self.mapping, *entry) for entry in sorted(ambiguous.items(), key=str)
        )
        decided = chain(
            (
                self._plan(pairs(some, self.tables))
                for some in chunks(self.subjects.couplings, size)
            ),
            (self._plan(singles(some, self.tables)) for some in chunks(alone, size)),
            chunks(unclear, size),
        )
        yield from (tuple(operations) for operations in decided if operations)

    def _plan(self, some: Sequence[Pair]) -> tuple[Operation, ...]:
        counterparts = self.counterparts or self.memory.couplings
        links = links_of(self.mapping, some, self.memory.links().connection, counterparts)
        return plan(self.mapping, some, links)


def _unclear(mapping: Mapping, record: tuple[Side, UUID], reason: str) -> Operation:
    side, id = record
    erp, crm = (id, None) if side is Side.ERP else (None, id)
    return Operation(mapping.name, Verb.HOLD, erp, crm, reason=reason, cause=Cause.AMBIGUOUS)


def begin(
    mapping: Mapping, tables: Tables, memory: Memory, counterparts: Counterparts | None = None
) -> Planning:
    """Ask both feeds what changed; what did not end well before is looked at again."""
    changed: Changed = {}
    tokens: dict[Side, str] = {}
    everything = True
    for side, table in tables.items():
        news = table.changes(memory.token(mapping.name, side))
        gone = memory.coupled(mapping.name, side) - news.ids if news.everything else set()
        changed[side], tokens[side] = news.ids | gone, news.token
        everything = everything and news.everything
    for side, id in memory.unfinished(mapping.name):
        changed[side] |= {id}
    return Planning(mapping, tables, memory, changed, tokens, everything, counterparts)


def only(
    mapping: Mapping, tables: Tables, memory: Memory, side: Side, ids: Iterable[UUID]
) -> Planning:
    """Look at single records, as from a card. Not before the first full run of the mapping.

    From a copy alone its source cannot be told, so a lost coupling would be made twice.
    """
    changed = {side: frozenset(ids), side.other: frozenset[UUID]()}
    return Planning(mapping, tables, memory, changed)


def run(
    mapping: Mapping, tables: Tables, memory: Memory, review: Review = tuple
) -> tuple[Operation, ...]:
    """Bring every changed pair of the mapping into agreement; return the operations applied."""
    planning = begin(mapping, tables, memory)
    operations = review(tuple(chain.from_iterable(planning.chunks())))
    for chunk in chunks(operations):
        apply(chunk, tables, memory)
    finish(mapping, planning.tokens, memory)
    return operations


def apply(operations: Sequence[Operation], tables: Tables, memory: Memory) -> list[Outcome]:
    """Do a chunk of one mapping's plan and remember how each operation ended, in the same order.

    Copies are promised before they are written. The CRM is written to first; what is written to
    the ERP and the memory of the whole chunk are then one transaction.
    """
    if promises := [_promised(o) for o in operations if o.verb is Verb.CREATE]:
        memory.promise(operations[0].mapping, promises)
    outcomes = {n: _unwritten(o) for n, o in enumerate(operations) if o.side is None}
    outcomes |= _written(operations, Side.CRM, tables)
    try:
        with memory.together():
            both = outcomes | _written(operations, Side.ERP, tables)
            remember([(o, both[n]) for n, o in enumerate(operations)], memory)
    except Exception:
        # What the CRM has taken is so, whatever became of the ERP's half.
        with memory.together():
            remember([(operations[n], outcome) for n, outcome in outcomes.items()], memory)
        raise
    return [both[n] for n in range(len(operations))]


def take_back(operations: Sequence[Operation], tables: Tables, memory: Memory, why: str) -> Ended:
    """Undo operations that were applied, all of one mapping; return each step and how it ended.

    Later edits are respected, and the pairs touched rest until a person says otherwise.
    """
    steps = undo(operations, _rows_now(operations, tables))
    writing = [o for o in steps if o.side is not None]
    pairs_touched = {(o.erp, o.crm): None for o in writing if o.erp and o.crm}
    if pairs_touched:  # before the first write, as a promise is: what dies halfway stays put
        memory.rest(operations[0].mapping, list(pairs_touched), why)
    ended: Ended = [(o, _unwritten(o)) for o in steps if o.side is None]
    for turn in _turns(writing):
        for side in Side:
            written = _written(turn, side, tables)
            ended += [(turn[n], outcome) for n, outcome in written.items()]
    done = [(o, outcome) for o, outcome in ended if outcome.ending is Ending.DONE]
    agreed = [Coupling(o.erp, o.crm, _as_stored(o, r)) for o, r in done if o.erp and o.crm]
    with memory.together():
        if agreed:
            memory.settle(operations[0].mapping, agreed)
        memory.note(ended)
    return ended


def _rows_now(operations: Sequence[Operation], tables: Tables) -> dict[tuple[Side, UUID], Row]:
    now: dict[tuple[Side, UUID], Row] = {}
    for side in Side:
        ids = {o.target for o in operations if o.side is side}
        for some in chunks(sorted(ids)):
            now |= {(side, row.id): row for row in tables[side].fetch(some)}
    return now


def _turns(steps: Sequence[Operation]) -> list[list[Operation]]:
    """Group steps so that those of one record come one after another, and the rest in bulk."""
    turns: list[list[Operation]] = []
    taken: Counter[tuple[Side | None, UUID]] = Counter()
    for step in steps:
        number = taken[step.side, step.target]
        taken[step.side, step.target] += 1
        if number == len(turns):
            turns.append([])
        turns[number].append(step)
    return turns


def _written(operations: Sequence[Operation], side: Side, tables: Tables) -> dict[int, Outcome]:
    numbers = [n for n, o in enumerate(operations) if o.side is side]
    if not numbers:
        return {}
    answers = tables[side].write([operations[n] for n in numbers])
    return dict(zip(numbers, answers, strict=True))


def finish(mapping: Mapping, tokens: dict[Side, str], memory: Memory) -> None:
    """Keep the tokens, once all chunks are applied: so nothing is skipped. Seeing twice is free."""
    memory.keep_tokens(mapping.name, tokens)


def remember(ended: Ended, memory: Memory) -> None:
    """Settle what was agreed, drop what was parted, and journal it all."""
    if not ended:
        return
    mapping = ended[0][0].mapping
    done = [(o, outcome) for o, outcome in ended if outcome.ending is Ending.DONE]
    gone = [(o.erp, o.crm) for o, _ in done if o.verb in PARTING]
    agreed: dict[tuple[UUID, UUID], Coupling] = {}
    for operation, outcome in done:
        if operation.verb not in PARTING and operation.erp and operation.crm:
            base = _as_stored(operation, outcome)
            key = operation.erp, operation.crm
            if key in agreed:
                base = (agreed[key].base or Base()).updated(base)
            agreed[key] = Coupling(operation.erp, operation.crm, base, _born(operation))
    if agreed:
        memory.settle(mapping, list(agreed.values()))
    if gone:
        memory.forget(mapping, gone)
    memory.note(ended)


def _promised(operation: Operation) -> Coupling:
    if operation.erp is None or operation.crm is None:
        raise ValueError(f"a create of {operation.mapping} must name both records")
    return Coupling(operation.erp, operation.crm, born=_born(operation))


def _born(operation: Operation) -> Side | None:
    return operation.side.other if operation.side and operation.verb is Verb.CREATE else None


def _unwritten(operation: Operation) -> Outcome:
    if operation.verb is Verb.HOLD:
        return Outcome(Ending.HELD, reason=operation.reason)
    return DONE


def _as_stored(operation: Operation, outcome: Outcome) -> Base:
    """What was agreed, in the words the written side really kept."""
    if outcome.row is None or operation.side is None:
        return operation.agreed
    names = operation.agreed.of(operation.side)
    kept = {name: outcome.row.values.get(name) for name in names}
    return operation.agreed.updated(Base.seen_from(operation.side, kept, {}))
