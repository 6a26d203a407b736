"""What a connection remembers, in bulk: couplings, tokens, journal, pending records."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from saumaton.integration import models, rows
from saumaton.integration.values import from_text, to_text
from saumaton.sync.model import Base, Links, Operation, Side, Verb
from saumaton.sync.ports import Coupling, Ending, Outcome

AT_ONCE = 500
_NAMES = ("connection", "mapping", "erp_id", "crm_id", "born", "state")
_BASES = ("base_erp", "base_crm", "settled_at")
_PENDING = ("connection", "mapping", "side", "record")


class DjangoMemory:
    """sync's Memory over the tables of the integration, for one connection and one run."""

    def __init__(self, connection: models.Connection, run: models.Run | None = None) -> None:
        self.connection = connection
        self.run = run
        self._numbers: dict[int, int] = {}  # of planned operations, by identity
        self._alive: list[Operation] = []  # keeps those identities from being used again

    def plan(self, numbered: Iterable[tuple[int, Operation]]) -> None:
        """Know these operations as entries of the run's plan, to be noted under their numbers."""
        for number, operation in numbered:
            self._numbers[id(operation)] = number
            self._alive.append(operation)

    def links(self) -> Links:
        return Links(self.connection.id)

    def _couplings(self):  # type: ignore[no-untyped-def]
        return models.Coupling.objects.filter(connection=self.connection)

    def couplings(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        return [
            Coupling(
                erp,
                crm,
                None if base_erp is None else Base(from_text(base_erp), from_text(base_crm)),
                Side(born) if born else None,
                rests,
            )
            for chunk in chunked(ids)
            for erp, crm, base_erp, base_crm, born, rests in self._couplings()
            .filter(mapping=mapping, **{f"{side.value}_id__in": chunk})
            .values_list("erp_id", "crm_id", "base_erp", "base_crm", "born", "rests")
        ]

    def promise(self, mapping: str, couplings: Sequence[Coupling]) -> None:
        promised = models.Coupling.State.PROMISED
        rows.insert_new(
            models.Coupling,
            _NAMES,
            ((self.connection.id, mapping, c.erp, c.crm, _born(c), promised) for c in couplings),
        )

    def settle(self, mapping: str, agreed: Sequence[Coupling]) -> None:
        now = timezone.now()
        self.promise(mapping, agreed)
        known = {
            (c.erp, c.crm): c for c in self.couplings(mapping, Side.ERP, {c.erp for c in agreed})
        }
        settled = []
        for coupling in agreed:
            before = known.get((coupling.erp, coupling.crm))
            base = before.base if before and before.base else Base()
            merged = base.updated(coupling.base or Base())
            settled.append(
                (
                    to_text(merged.erp),
                    to_text(merged.crm),
                    now,
                    models.Coupling.State.COUPLED,
                    self.connection.id,
                    mapping,
                    coupling.erp,
                    coupling.crm,
                )
            )
        rows.update(
            models.Coupling,
            (*_BASES, "state"),
            settled,
            key=("connection", "mapping", "erp_id", "crm_id"),
        )

    def forget(self, mapping: str, couplings: Sequence[tuple[UUID | None, UUID | None]]) -> None:
        for name, ids in (
            ("erp_id", [erp for erp, _ in couplings if erp]),
            ("crm_id", [crm for erp, crm in couplings if crm and not erp]),
        ):
            gone = [(self.connection.id, mapping, id) for id in ids]
            rows.delete(models.Coupling, gone, key=("connection", "mapping", name))

    def rest(self, mapping: str, couplings: Sequence[tuple[UUID, UUID]], why: str) -> None:
        """Let these pairs alone until a person says otherwise; couple them where they are not."""
        self.promise(mapping, [Coupling(erp, crm) for erp, crm in couplings])
        rows.update(
            models.Coupling,
            ("rests",),
            [(why, self.connection.id, mapping, erp, crm) for erp, crm in couplings],
            key=("connection", "mapping", "erp_id", "crm_id"),
        )

    def coupled(self, mapping: str, side: Side) -> set[UUID]:
        known = self._couplings().filter(mapping=mapping)
        return set(known.values_list(f"{side.value}_id", flat=True))

    def token(self, mapping: str, side: Side) -> str | None:
        tokens = models.Token.objects.filter(connection=self.connection)
        kept = tokens.filter(mapping=mapping, side=side.value)
        return kept.values_list("token", flat=True).first()

    def keep_tokens(self, mapping: str, tokens: dict[Side, str]) -> None:
        now = timezone.now()
        rows.put(
            models.Token,
            ("connection", "mapping", "side", "token", "kept_at"),
            [(self.connection.id, mapping, s.value, token, now) for s, token in tokens.items()],
            key=("connection", "mapping", "side"),
        )

    def note(self, ended: Sequence[tuple[Operation, Outcome]]) -> None:
        """Write how operations ended into the journal, and who is pending because of it."""
        now = timezone.now()
        if self.run:
            rows.update(
                models.JournalEntry,
                ("ending", "reason", "ended_at"),
                [
                    (
                        outcome.ending.value,
                        outcome.reason or operation.reason,
                        now,
                        self.run.id,
                        operation.mapping,
                        self._numbers[id(operation)],
                    )
                    for operation, outcome in ended
                    if id(operation) in self._numbers
                ],
                key=("run", "mapping", "number"),
            )
        self._note_pending(ended, now)

    def _note_pending(self, ended: Sequence[tuple[Operation, Outcome]], now: datetime) -> None:
        """Remember the records that did not end well; those that did are pending no more."""
        endings: dict[tuple[str, Side, UUID], tuple[str, str, str]] = {}
        done: set[tuple[str, Side, UUID]] = set()
        for operation, outcome in ended:
            key = subject(operation)
            if key is None:
                continue
            if outcome.ending is Ending.DONE:
                done.add(key)
            else:
                cause = operation.cause.value if operation.cause else ""
                endings[key] = (outcome.ending.value, cause, outcome.reason or operation.reason)
        over = [
            (self.connection.id, mapping, side.value, id)
            for mapping, side, id in done - set(endings)
        ]
        rows.delete(models.Pending, over, key=_PENDING)
        run = self.run.id if self.run else None
        rows.put(
            models.Pending,
            (*_PENDING, "ending", "cause", "reason", "run", "since", "attempts"),
            [
                (self.connection.id, mapping, side.value, id, *ending, run, now, 1)
                for (mapping, side, id), ending in endings.items()
            ],
            key=_PENDING,
        )

    def resolve(self, mapping: str, records: Iterable[tuple[Side, UUID]]) -> None:
        """These records are in step after all: nothing was left to do for them."""
        over = [(self.connection.id, mapping, side.value, id) for side, id in records]
        rows.delete(models.Pending, over, key=_PENDING)

    def unfinished(self, mapping: str) -> set[tuple[Side, UUID]]:
        pending = models.Pending.objects.filter(connection=self.connection, mapping=mapping)
        return {(Side(side), id) for side, id in pending.values_list("side", "record")}

    def together(self) -> AbstractContextManager[object]:
        return transaction.atomic()


def _born(coupling: Coupling) -> str:
    return coupling.born.value if coupling.born else ""


def subject(operation: Operation) -> tuple[str, Side, UUID] | None:
    """Return the record an operation is about: by its ERP id, unless that is yet to be created."""
    creates = operation.side if operation.verb is Verb.CREATE else None
    if operation.erp and creates is not Side.ERP:
        return operation.mapping, Side.ERP, operation.erp
    if operation.crm and creates is not Side.CRM:
        return operation.mapping, Side.CRM, operation.crm
    return None


def chunked(ids: Iterable[UUID], size: int = AT_ONCE) -> Iterator[list[UUID]]:
    rest = iter(ids)
    while chunk := list(islice(rest, size)):
        yield chunk
