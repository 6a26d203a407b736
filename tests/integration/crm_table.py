"""A CRM in memory, for tests of what does not depend on how a CRM is reached."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from saumaton.sync.model import Operation, Row, Values, Verb
from saumaton.sync.ports import Changes, Ending, Outcome


@dataclass
class MemoryTable:
    """One table, kept in a dictionary. Every call to `write` is counted by what it did."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    written: list[Operation] = field(default_factory=list)

    def put(self, **values: object) -> UUID:
        id = uuid4()
        self.rows[id] = Row(id, values, "1")
        return id

    def changes(self, since: str | None) -> Changes:
        return Changes(frozenset(self.rows), "token", everything=True)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        return iter([self.rows[id] for id in ids if id in self.rows])

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        return iter(
            row
            for row in self.rows.values()
            if any(all(row.values.get(n) == v for n, v in w.items()) for w in wanted)
        )

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        return [self._one(operation) for operation in operations]

    def _one(self, operation: Operation) -> Outcome:
        self.written.append(operation)
        there = self.rows.get(operation.target)
        match operation.verb:
            case Verb.CREATE if there:
                return Outcome(Ending.AGAIN)
            case Verb.DELETE:
                self.rows.pop(operation.target, None)
                return Outcome(Ending.DONE)
            case Verb.UPDATE if not there:
                return Outcome(Ending.AGAIN)
        before = dict(there.values) if there else {"statecode": 0}
        version = str(int(there.version) + 1) if there else "1"
        row = Row(operation.target, before | dict(operation.after), version)
        self.rows[operation.target] = row
        return Outcome(Ending.DONE, row)
