"""Models as tables of the engine: rows of values, a change feed, bulk writes, outcome per row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Q

from saumaton.financials import changes
from saumaton.financials.errors import Refused
from saumaton.integration import rows
from saumaton.integration.memory import chunked
from saumaton.sync.model import Operation, Row, Value, Values, Verb
from saumaton.sync.ports import Changes, Ending, Outcome

# The local currency is a blank in Financials and a row in the CRM: it answers to this virtual
# record, whose id stands wherever Financials leaves a currency blank.
LCY = UUID("6c637900-0000-4000-8000-000000000001")

Record = dict[str, Value]
Derive = Callable[[list[Record]], None]


FollowUp = Callable[[Sequence[UUID]], None]


def nothing(records: list[Record]) -> None:
    """Leave the records as they are."""


def idle(ids: Sequence[UUID]) -> None:
    """Do nothing about the records that were written."""


@dataclass(frozen=True)
class OrmTable:
    """A model of Financials; `columns` says which of its fields holds which value.

    `derive` completes records that were read, `complete` those about to be created, in the model's
    names; `follow_up` is told the ids that were written. An empty text is None to the engine.
    """

    name: str
    model: type[models.Model]
    columns: Mapping[str, str]
    only: Q = field(default_factory=Q)
    constants: Values = field(default_factory=dict)
    derive: Derive = nothing
    complete: Derive = nothing
    follow_up: FollowUp = idle
    feed: str = ""  # the table whose changes are this one's, if it goes by another name

    def changes(self, since: str | None) -> Changes:
        if since is not None:
            return changes.changed_since(self.feed or self.name, since)
        # The token first: what changes while the ids are read is then seen again, not missed.
        token = changes.changed_since(self.feed or self.name, None).token
        ids = self._rows().values_list("pk", flat=True)
        return Changes(frozenset(ids), token, everything=True)

    def _rows(self) -> models.QuerySet:
        return self.model._default_manager.filter(self.only)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        for chunk in chunked(ids):
            yield from self._as_rows(self._rows().filter(pk__in=chunk))

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        """Yield the rows that hold all values of one of `wanted`; derived values do not narrow."""
        known = [{n: v for n, v in values.items() if n in self.columns} for values in wanted]
        if not all(known):
            yield from self._as_rows(self._rows())
            return
        for start in range(0, len(known), 100):
            found = Q()
            for values in known[start : start + 100]:
                found |= Q(**{self._lookup(name, value): value for name, value in values.items()})
            yield from self._as_rows(self._rows().filter(found))

    def _lookup(self, name: str, value: Value) -> str:
        return f"{self.columns[name]}__iexact" if isinstance(value, str) else self.columns[name]

    def _as_rows(self, query: models.QuerySet) -> list[Row]:
        names = ("id", *self.columns)
        paths = ("pk", *self.columns.values())
        records = [
            {name: None if value == "" else value for name, value in zip(names, found, strict=True)}
            | dict(self.constants)
            for found in query.values_list(*paths)
        ]
        self.derive(records)
        ids = [id for record in records if isinstance(id := record["id"], UUID)]
        stamps = changes.stamps(self.feed or self.name, ids)
        return [_row(id, r, stamps.get(id)) for id, r in zip(ids, records, strict=True)]

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Carry out the operations in one transaction; a row that breaks a rule fails alone."""
        with transaction.atomic():
            fates = self._unfit(operations) | self._fates(operations)
            ready = [o for o in operations if id(o) not in fates]
            fates.update(self._attempt(ready))
            written = {row.id: row for row in self.fetch({o.target for o in ready})}
        return [
            Outcome(Ending.DONE, written.get(o.target)) if fates[id(o)] is None else fates[id(o)]  # type: ignore[misc]
            for o in operations
        ]

    def _fates(self, operations: Sequence[Operation]) -> dict[int, Outcome | None]:
        """Return the outcomes known before anything is written: stale, already there, gone."""
        ids = [o.target for o in operations]
        there = set(self.model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
        versions = changes.versions(self.feed or self.name, ids)
        fates: dict[int, Outcome | None] = {}
        for operation in operations:
            exists = operation.target in there
            stale = (
                operation.version and str(versions.get(operation.target, 0)) != operation.version
            )
            match operation.verb:
                case Verb.CREATE if exists:
                    fates[id(operation)] = Outcome(Ending.AGAIN, reason="is there already")
                case Verb.DELETE if not exists:
                    fates[id(operation)] = None
                case Verb.UPDATE if not exists:
                    fates[id(operation)] = Outcome(Ending.AGAIN, reason="was deleted meanwhile")
                case Verb.UPDATE | Verb.DELETE if stale:
                    fates[id(operation)] = Outcome(Ending.AGAIN, reason="was changed meanwhile")
        return fates

    def _unfit(self, operations: Sequence[Operation]) -> dict[int, Outcome | None]:
        """Refuse values that the database would not: too long, or pointing at what is not there.

        SQLite measures no text, and both databases look at references when all is committed, too
        late for a row to fail alone.
        """
        fates: dict[int, Outcome | None] = {}
        for name in sorted({name for o in operations for name in o.after}):
            field = self.model._meta.get_field(self._field(name))
            values = {o.after[name] for o in operations if name in o.after} - {None, LCY}
            bad = _too_long(field, values) or _pointless(field, values)
            for operation in operations if bad else ():
                if (value := operation.after.get(name)) in bad:
                    reason = f"{name} “{value}” {bad[value]}"
                    fates[id(operation)] = Outcome(Ending.REFUSED, reason=reason)
        return fates

    def _attempt(self, operations: Sequence[Operation]) -> dict[int, Outcome | None]:
        """Write all together; where that breaks a rule, halve until the bad row stands alone."""
        if not operations:
            return {}
        try:
            with transaction.atomic():
                self._write_all(operations)
        except (IntegrityError, DataError, models.ProtectedError, Refused, ValueError) as broken:
            if len(operations) == 1:
                return {id(operations[0]): Outcome(Ending.REFUSED, reason=str(broken))}
            middle = len(operations) // 2
            return self._attempt(operations[:middle]) | self._attempt(operations[middle:])
        return {id(o): None for o in operations}

    def _write_all(self, operations: Sequence[Operation]) -> None:
        creates = [o for o in operations if o.verb is Verb.CREATE]
        if creates:
            self._create(creates)
        shapes: dict[tuple[str, ...], list[Operation]] = {}
        for operation in operations:
            if operation.verb is Verb.UPDATE:
                shapes.setdefault(tuple(sorted(operation.after)), []).append(operation)
        for names, alike in shapes.items():
            fields = [self._field(name) for name in names]
            values = [[*(self._stored(n, o.after[n]) for n in names), o.target] for o in alike]
            rows.update(self.model, fields, values, key=("id",))
        gone = [o.target for o in operations if o.verb is Verb.DELETE]
        if gone:
            self.model._default_manager.filter(pk__in=gone).delete()
        self.follow_up([o.target for o in operations if o.verb is not Verb.DELETE])

    def _create(self, operations: Sequence[Operation]) -> None:
        records = [
            {self._field(n): self._stored(n, v) for n, v in o.after.items()} | {"id": o.target}
            for o in operations
        ]
        self.complete(records)
        fields = [f for f in self.model._meta.concrete_fields if f.name]
        rows.insert(
            self.model,
            [f.name for f in fields],
            [[r.get(f.name, rows.default_of(f)) for f in fields] for r in records],
        )

    def _field(self, name: str) -> str:
        return self.columns[name].removesuffix("_id")

    def _stored(self, name: str, value: Value) -> Value:
        if value == LCY:
            return None
        if value is None:
            field = self.model._meta.get_field(self._field(name))
            return rows.default_of(field) if isinstance(field, models.Field) else None
        return value


def _too_long(field: object, values: set[Value]) -> dict[Value, str]:
    longest = field.max_length if isinstance(field, models.CharField) else None
    if longest is None:
        return {}
    reason = f"is longer than {longest} characters"
    return {value: reason for value in values if len(str(value)) > longest}


def _pointless(field: object, values: set[Value]) -> dict[Value, str]:
    if not (isinstance(field, models.ForeignKey) and values):
        return {}
    found = field.related_model._default_manager.filter(pk__in=values)
    there = set(found.values_list("pk", flat=True))
    return {value: "is not there any more" for value in values - there}


def _row(id: UUID, record: Record, stamp: changes.Stamp | None) -> Row:
    return Row(id, record, str(stamp.version), stamp.at) if stamp else Row(id, record, "0")


@dataclass(frozen=True)
class VirtualTable:
    """A small table that is worked out from others: read whole every time, never written."""

    name: str
    read: Callable[[], Iterable[Record]]

    def changes(self, since: str | None) -> Changes:
        return Changes(frozenset(row.id for row in self._all()), "", everything=True)

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        wanted = set(ids)
        return (row for row in self._all() if row.id in wanted)

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        return iter(self._all())

    def _all(self) -> list[Row]:
        return [Row(record["id"], record, "") for record in self.read()]  # type: ignore[arg-type]

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        reason = f"{self.name} is worked out from other tables and cannot be written"
        return [Outcome(Ending.REFUSED, reason=reason)] * len(operations)
