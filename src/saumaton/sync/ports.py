"""What the engine asks of the world: a table on each side, and a memory. Both answer in bulk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

from .model import Base, Links, Operation, Row, Side, Values


class Ending(Enum):
    """How an operation ended, named by what there is to do next."""

    DONE = "done"
    AGAIN = "again"  # changed since it was read, or already there: plan this record anew
    HELD = "held"  # a person decides
    REFUSED = "refused"  # the other side rejects the value, with its sentence
    BUSY = "busy"  # throttled, unreachable, locked: try again later


@dataclass(frozen=True)
class Outcome:
    """What became of one operation; `row` is the record as the written side really keeps it."""

    ending: Ending
    row: Row | None = None
    reason: str = ""


@dataclass(frozen=True)
class Changes:
    """What a table says has changed, and the token to ask with next time."""

    ids: frozenset[UUID]
    token: str
    everything: bool  # these are all the rows there are; a coupled row not among them is gone


class Table(Protocol):
    """One table on one side, such as Financials' customers or the CRM's accounts.

    What is empty is `None` in rows and in operations; the table knows its own word for it.
    """

    def changes(self, since: str | None) -> Changes:
        """Return the ids created, changed or deleted since the token.

        Gives everything when asked with `None`, or with a token too old to answer.
        Raises `Busy` or `Misconfigured`.
        """
        ...

    def fetch(self, ids: Iterable[UUID]) -> Iterator[Row]:
        """Yield the rows that exist among these, in any order. Raises `Busy`, `Misconfigured`."""
        ...

    def find(self, wanted: Sequence[Values]) -> Iterator[Row]:
        """Yield the rows that hold all values of one of `wanted`, texts without regard to case.

        More rows than asked do no harm: the engine compares them itself.
        """
        ...

    def write(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Carry out creates, updates and deletes; one outcome each, in the same order.

        Every operation has its own fate: a bad row fails alone. A create whose id exists and a
        write whose `version` is no longer current end `AGAIN`; deleting what is gone is `DONE`.
        Raises `Misconfigured` when nothing can be written at all (credentials, a missing field).
        """
        ...


@dataclass(frozen=True)
class Coupling:
    """Two ids that are one record."""

    erp: UUID
    crm: UUID
    base: Base | None = None  # None: promised, not yet agreed
    born: Side | None = None
    rests: str = ""  # why a person wants the two left alone: parted, or held after an undo

    def id(self, side: Side) -> UUID:
        return self.erp if side is Side.ERP else self.crm


class Memory(Protocol):
    """What a connection remembers: couplings, tokens, and a journal of operations."""

    def links(self) -> Links:
        """Return the connection's id; what is coupled may be left out, the engine asks for it."""
        ...

    def couplings(self, mapping: str, side: Side, ids: Iterable[UUID]) -> list[Coupling]:
        """Return the couplings of these records of one side, resting ones too; one query."""
        ...

    def promise(self, mapping: str, couplings: Sequence[Coupling]) -> None:
        """Remember couplings before their second record is created. Keeps those that exist."""
        ...

    def settle(self, mapping: str, agreed: Sequence[Coupling]) -> None:
        """Merge each coupling's `base` into what is remembered; the rest of the base stays."""
        ...

    def forget(
        self, mapping: str, couplings: Sequence[tuple[UUID | None, UUID | None]]
    ) -> None: ...
    def rest(self, mapping: str, couplings: Sequence[tuple[UUID, UUID]], why: str) -> None:
        """Let these pairs alone until a person says otherwise; couples them where they are not."""
        ...

    def coupled(self, mapping: str, side: Side) -> set[UUID]: ...
    def token(self, mapping: str, side: Side) -> str | None: ...
    def keep_tokens(self, mapping: str, tokens: dict[Side, str]) -> None: ...
    def note(self, ended: Sequence[tuple[Operation, Outcome]]) -> None: ...

    def unfinished(self, mapping: str) -> set[tuple[Side, UUID]]:
        """Return the records of which an operation last noted did not end in `DONE`.

        A pair may have several operations in one `note`: all must be done.
        """
        ...

    def together(self) -> AbstractContextManager[object]:
        """What happens inside is remembered all or not at all. Writes to the ERP join in."""
        ...


class Busy(Exception):
    """The other side is throttled, unreachable or locked; `retry_after_seconds` if it said so."""

    def __init__(self, sentence: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class Misconfigured(Exception):
    """Credentials, a missing field, a circle: the connection stops until it is mended."""
