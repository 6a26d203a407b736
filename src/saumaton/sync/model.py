"""The nouns of synchronisation: frozen values that read no clock, no database and no network."""

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID, uuid5

Value = object
Values = ReadOnly[str, Value]
Convert = Callable[[Value], Value]


class Side(Enum):
    """One of the two places where a record lives."""

    ERP = "erp"
    CRM = "crm"

    @property
    def other(self) -> "Side":
        return Side.CRM if self is Side.ERP else Side.ERP


class OnDelete(Enum):
    """What becomes of a record whose counterpart is gone."""

    HOLD = "hold"  # a person decides
    FOLLOW = "follow"  # it goes too, unless it was edited meanwhile
    RESTORE = "restore"  # the counterpart is created again, under its old id
    UNCOUPLE = "uncouple"  # it stays, alone


class Verb(Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SETTLE = "settle"  # both sides agree already; only remember it
    FORGET = "forget"  # drop the coupling
    HOLD = "hold"  # write nothing; a person, or a later run, decides


@dataclass(frozen=True)
class Row:
    """A record as one side shows it now. `version` changes whenever the record does."""

    id: UUID
    values: Values
    version: str


@dataclass(frozen=True)
class Base:
    """What the two sides held when they last agreed, each in its own words."""

    erp: Values = field(default_factory=dict)
    crm: Values = field(default_factory=dict)

    def of(self, side: Side) -> Values:
        return self.erp if side is Side.ERP else self.crm

    def updated(self, other: "Base") -> "Base":
        return Base({**self.erp, **other.erp}, {**self.crm, **other.crm})

    @classmethod
    def seen_from(cls, side: Side, here: Values, there: Values) -> "Base":
        return cls(here, there) if side is Side.ERP else cls(there, here)


class NotCoupled(Exception):
    """A lookup points at a record that has no counterpart yet."""


@dataclass(frozen=True)
class Links:
    """The couplings of one connection, to read from."""

    connection: UUID
    known: ReadOnly[tuple[str, Side, Value], UUID] = field(default_factory=dict)

    def counterpart(self, mapping: str, side: Side, id: Value) -> UUID:
        try:
            return self.known[mapping, side, id]
        except KeyError:
            raise NotCoupled(f"{mapping} {id} has no counterpart yet") from None

    def copy_id(self, mapping: str, source: UUID) -> UUID:
        """The id that a copy of `source` gets: the same one however often it is asked for."""
        return uuid5(self.connection, f"{mapping}/{source}")


def as_is(value: Value) -> Value:
    return value


@dataclass(frozen=True)
class Field:
    """One value that both sides know, each by its own name.

    `flow` holds the sides that may receive it; both by default. A conversion must give what the
    receiver can hold unaltered (no longer, no finer), so that what is written reads back the same.
    """

    erp: str
    crm: str
    flow: frozenset[Side] = frozenset(Side)
    to_crm: Convert = as_is
    to_erp: Convert = as_is

    def name(self, side: Side) -> str:
        return self.erp if side is Side.ERP else self.crm

    def value(self, row: Row, side: Side) -> Value:
        return row.values.get(self.name(side))

    def converted(self, row: Row, towards: Side, links: Links) -> Value:
        """The value of a row of the other side, in the words of the side it goes to."""
        value = self.value(row, towards.other)
        return self.to_crm(value) if towards is Side.CRM else self.to_erp(value)


@dataclass(frozen=True)
class Lookup(Field):
    """A field that points at a record of the mapping named `to`; it also orders the two.

    A `late` one does not: the record is written without it, and once more when its counterpart
    is there. At least one lookup of every circle must be late.
    """

    to: str = ""
    late: bool = False

    def converted(self, row: Row, towards: Side, links: Links) -> Value:
        id = self.value(row, towards.other)
        return None if id is None else links.counterpart(self.to, towards.other, id)


@dataclass(frozen=True)
class Mapping:
    """Which table answers to which, field by field, and who prevails."""

    name: str
    fields: tuple[Field, ...]
    erp_table: str = ""
    crm_table: str = ""
    erp_only: Values = field(default_factory=dict)  # the rows that take part, by value
    crm_only: Values = field(default_factory=dict)
    match_on: tuple[str, ...] = ()  # ERP names of the fields that identify a record to a person
    leader: Side = Side.ERP  # prevails when two existing records first meet
    on_conflict: Side | None = None  # prevails when both were edited; None: a person decides
    on_delete: OnDelete = OnDelete.HOLD
    creates: frozenset[Side] = frozenset(Side)  # the sides where records may be created


@dataclass(frozen=True)
class Pair:
    """Everything known of one record: its coupling, its two rows, and what they last agreed on."""

    erp: Row | None = None
    crm: Row | None = None
    erp_id: UUID | None = None
    crm_id: UUID | None = None
    base: Base | None = None  # None: they never agreed
    born: Side | None = None  # where it was first entered, if the other is its copy

    def row(self, side: Side) -> Row | None:
        return self.erp if side is Side.ERP else self.crm

    def id(self, side: Side) -> UUID | None:
        row = self.row(side)
        return row.id if row else self.erp_id if side is Side.ERP else self.crm_id


@dataclass(frozen=True)
class Operation:
    """One step of a plan: enough to show it, do it, repeat it, and take it back."""

    mapping: str
    verb: Verb
    erp: UUID | None
    crm: UUID | None
    side: Side | None = None  # the side that is written to
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    version: str = ""  # the target's version when the plan was made; empty: any
    agreed: Base = Base()  # what the pair agrees on once this is done
    reason: str = ""

    @property
    def target(self) -> UUID:
        id = self.erp if self.side is Side.ERP else self.crm
        assert id is not None, self
        return id
