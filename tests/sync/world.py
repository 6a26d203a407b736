"""Tables and a memory in memory, which can be made to crash at any step."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import UUID

from saumaton.sync.model import Base, Field, Links, Mapping, Operation, Row, Side, Value, Verb
from saumaton.sync.ports import Changes, Coupling, Ending, Outcome

CONNECTION = UUID(int=7)
Values = dict[str, Value]


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Fuse:
    """Burns down one step at a time, and then the process dies."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is not None:
            if self.left == 0:
                self.left = None
                raise Crash
            self.left -= 1


@dataclass
class MemoryTable:
    """A table of one side: people edit it, its server may change what it is given."""

    fuse: Fuse
    rows: dict[UUID, Row] = field(default_factory=dict)
    log: list[UUID] = field(default_factory=list)
    writes: int = 0
    clock: Iterator[int] = field(default_factory=count)
    keeps: Callable[[Values], Values] = dict  # what the server makes of what it is given
    refuses: Callable[[Values], str] = lambda values: ""
    forgetful: bool = False

    def changes(self, since: str | None) -> Changes:
        everything = since is None or self.forgetful
        self.forgetful = False
        ids = frozenset(self.rows if everything else self.log[int(since or 0) :])
        return Changes(ids, str(len(self.log)), everything)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        for id in list(ids):
            if id in self.rows:
                yield self.rows[id]

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        for row in list(self.rows.values()):
            if any(all(_same(row.values.get(n), v) for n, v in some.items()) for some in wanted):
                yield row

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        return [self._write(operation) for operation in operations]

    def _write(self, operation: Operation) -> Outcome:
        self.fuse.burn()  # dies before the effect
        id, there = operation.target, self.rows.get(operation.target)
        if sentence := self.refuses(dict(operation.after)):
            return Outcome(Ending.REFUSED, reason=sentence)
        match operation.verb:
            case Verb.CREATE if there:
                return Outcome(Ending.AGAIN)
            case Verb.UPDATE if not there:
                return Outcome(Ending.AGAIN)
            case Verb.DELETE if not there:
                return Outcome(Ending.DONE)
        if there and operation.version and there.version != operation.version:
            return Outcome(Ending.AGAIN)
        self.writes += 1
        row = None
        if operation.verb is Verb.DELETE:
            self.remove(id)
        else:
            row = self._put(id, self.keeps({**(there.values if there else {}), **operation.after}))
        self.fuse.burn()  # dies after the effect, before its answer
        return Outcome(Ending.DONE, row)

    def _put(self, id: UUID, values: Values) -> Row:
        self.rows[id] = Row(id, values, str(next(self.clock)))
        self.log.append(id)
        return self.rows[id]

    def edit(self, id: UUID, **values: Value) -> Row:
        """A person saves a record."""
        return self._put(id, {**(self.rows[id].values if id in self.rows else {}), **values})

    def remove(self, id: UUID) -> None:
        """A person deletes a record."""
        del self.rows[id]
        self.log.append(id)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold().strip() == other.casefold().strip()
    return one == other


@dataclass
class MemoryMemory:
    """What a connection remembers, in dictionaries."""

    fuse: Fuse
    known: dict[tuple[str, UUID, UUID], Coupling] = field(default_factory=dict)
    tokens: dict[tuple[str, Side], str] = field(default_factory=dict)
    open: dict[str, set[tuple[Side, UUID]]] = field(default_factory=dict)
    journal: list[tuple[Operation, Outcome]] = field(default_factory=list)

    def links(self) -> Links:
        return Links(CONNECTION)

    def couplings(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        wanted = set(ids)
        return [c for (m, *_), c in self.known.items() if m == mapping and c.id(side) in wanted]

    def promise(self, mapping: str, couplings: Sequence[Coupling]) -> None:
        self.fuse.burn()
        for coupling in couplings:
            self.known.setdefault((mapping, coupling.erp, coupling.crm), coupling)
        self.fuse.burn()

    def settle(self, mapping: str, agreed: Sequence[Coupling]) -> None:
        self.fuse.burn()
        for news in agreed:
            key = mapping, news.erp, news.crm
            old = self.known.get(key) or Coupling(news.erp, news.crm, born=news.born)
            base = (old.base or Base()).updated(news.base or Base())
            self.known[key] = replace(old, base=base)
        self.fuse.burn()

    def forget(self, mapping: str, couplings: Sequence[tuple[UUID | None, UUID | None]]) -> None:
        self.fuse.burn()
        for erp, crm in couplings:
            self.known = {
                key: coupling
                for key, coupling in self.known.items()
                if not (key[0] == mapping and (key[1] == erp or key[2] == crm))
            }
        self.fuse.burn()

    def rest(self, mapping: str, couplings: Sequence[tuple[UUID, UUID]], why: str) -> None:
        for erp, crm in couplings:
            old = self.known.get((mapping, erp, crm)) or Coupling(erp, crm)
            self.known[mapping, erp, crm] = replace(old, rests=why)

    def coupled(self, mapping: str, side: Side) -> set[UUID]:
        return {c.id(side) for (m, *_), c in self.known.items() if m == mapping}

    def token(self, mapping: str, side: Side) -> str | None:
        return self.tokens.get((mapping, side))

    def keep_tokens(self, mapping: str, tokens: dict[Side, str]) -> None:
        self.fuse.burn()
        self.tokens |= {(mapping, side): token for side, token in tokens.items()}

    def unfinished(self, mapping: str) -> set[tuple[Side, UUID]]:
        return set(self.open.get(mapping, ()))

    def note(self, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        self.journal += ended
        for wanted in (True, False):  # what is not done has the last word
            for operation, outcome in ended:
                waiting = self.open.setdefault(operation.mapping, set())
                if (outcome.ending is Ending.DONE) is wanted:
                    for entry in ((Side.ERP, operation.erp), (Side.CRM, operation.crm)):
                        if entry[1]:
                            (waiting.discard if wanted else waiting.add)(entry)  # type: ignore[arg-type]

    def together(self) -> AbstractContextManager[object]:
        return nullcontext()

    @property
    def last(self) -> tuple[Operation, Outcome]:
        return self.journal[-1]


Tables = dict[Side, MemoryTable]


def world(mapping: Mapping | None = None) -> tuple[Mapping, Tables, MemoryMemory]:
    """A mapping of two fields, an empty table on each side, and a memory of nothing."""
    fuse = Fuse()
    tables = {side: MemoryTable(fuse) for side in Side}
    fields = Field("e0", "c0"), Field("e1", "c1")
    return mapping or Mapping("m", fields), tables, MemoryMemory(fuse)
