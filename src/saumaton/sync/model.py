"""The nouns of synchronisation: frozen values that read no clock, no database and no network."""

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
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


class Winner(Enum):
    """Who prevails where both sides were edited, beside a named side."""

    NEWEST = "newest"  # the row changed last, if both say when
    ASK = "ask"  # a person decides


class OnDelete(Enum):
    """What becomes of a record whose counterpart is gone."""

    HOLD = "hold"  # a person decides
    FOLLOW = "follow"  # it goes too, unless it was edited meanwhile
    RESTORE = "restore"  # the counterpart is created again, under its old id
    UNCOUPLE = "uncouple"  # it stays, alone


class Verb(Enum):
    """What an operation does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SETTLE = "settle"  # both sides agree already; only remember it
    FORGET = "forget"  # drop the coupling
    HOLD = "hold"  # write nothing; a person, or a later run, decides


class Cause(Enum):
    """Why an operation holds, named by what would resolve it."""

    WAITING = "waiting"  # a counterpart is missing; it wakes when that one is coupled
    LATER = "later"  # the same, for a late lookup: the rest of the record was written
    DISPUTED = "disputed"  # edited on both sides
    AMBIGUOUS = "ambiguous"  # more than one record could be the counterpart
    DELETED = "deleted"  # gone on one side
    UNFIT = "unfit"  # a value has no equal on the other side


@dataclass(frozen=True)
class Row:
    """A record as one side shows it now. `version` changes whenever the record does.

    What is empty is `None`, never an empty text. `modified` is known where a side tells it.
    """

    id: UUID
    values: Values
    version: str
    modified: datetime | None = None


Condition = Values | Callable[[Row], bool]


def meets(row: Row, condition: Condition) -> bool:
    """Does the row take part? A condition is a claim about it, or values it must hold.

    A `frozenset` among the values stands for any of its members.
    """
    if callable(condition):
        return condition(row)
    return all(
        row.values.get(name) in wanted
        if isinstance(wanted, frozenset)
        else row.values.get(name) == wanted
        for name, wanted in condition.items()
    )


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


class Unwritable(Exception):
    """A value cannot be said in the words of the other side."""


class Unfit(Unwritable):
    """The other side has nothing equal to the value."""


class NotCoupled(Unwritable):
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
    It raises `Unfit` for a value that has no equal; then the record is held, or the receiver
    emptied if the field says `clear_on_failure`. An empty `not_null` value is not written.
    """

    erp: str
    crm: str
    flow: frozenset[Side] = frozenset(Side)
    to_crm: Convert = as_is
    to_erp: Convert = as_is
    not_null: bool = False
    clear_on_failure: bool = False
    on_conflict: Side | Winner | None = None  # None: as the mapping says

    @cached_property
    def plain(self) -> bool:
        """Do both sides say the value alike, so that nothing needs converting?"""
        return type(self) is Field and self.to_crm is as_is and self.to_erp is as_is

    @cached_property
    def targets(self) -> ReadOnly[tuple[bool, bool], tuple[Side, ...]]:
        """The sides that receive the value when it moved in the ERP, in the CRM, or both."""
        to_crm, to_erp = ((side,) if side in self.flow else () for side in (Side.CRM, Side.ERP))
        return {(True, False): to_crm, (False, True): to_erp, (True, True): to_crm + to_erp}

    def name(self, side: Side) -> str:
        return self.erp if side is Side.ERP else self.crm

    def value(self, row: Row, side: Side) -> Value:
        return row.values.get(self.name(side))

    def converted(self, row: Row, towards: Side, links: Links) -> Value:
        """The value of a row of the other side, in the words of the side it goes to."""
        value = row.values.get(self.erp if towards is Side.CRM else self.crm)
        if self.plain:
            return value
        try:
            return self._convert(value, towards, links)
        except Unwritable:
            if self.clear_on_failure:
                return None
            raise

    def _convert(self, value: Value, towards: Side, links: Links) -> Value:
        return self.to_crm(value) if towards is Side.CRM else self.to_erp(value)


@dataclass(frozen=True)
class Choice(Field):
    """A field whose values are a list on each side: `codes` names the CRM's value for the ERP's."""

    codes: ReadOnly[Value, Value] = field(default_factory=dict)

    def _convert(self, value: Value, towards: Side, links: Links) -> Value:
        if towards is Side.CRM:
            if value in self.codes:
                return self.codes[value]
        else:
            for ours, theirs in self.codes.items():
                if theirs == value:
                    return ours
        if value is None:
            return None
        raise Unfit(f"{self.name(towards.other)} “{value}” has no equal in the {towards.name}")


@dataclass(frozen=True)
class Lookup(Field):
    """A field that points at a record of the mapping named `to`; it also orders the two.

    A `late` one does not: the record is written without it, and once more when its counterpart
    is there. At least one lookup of every circle must be late.
    """

    to: str = ""
    late: bool = False

    def _convert(self, value: Value, towards: Side, links: Links) -> Value:
        return None if value is None else links.counterpart(self.to, towards.other, value)


@dataclass(frozen=True)
class Constant:
    """A value that every record created on `side` gets."""

    side: Side
    name: str
    value: Value


@dataclass(frozen=True)
class Match:
    """Fields, by their ERP names, that together identify a record to a person.

    Texts are compared without regard to case and surrounding space, unless `exact`; accents count.
    """

    fields: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True)
class Mapping:
    """Which table answers to which, field by field, and who prevails."""

    name: str
    fields: tuple[Field, ...]
    erp_table: str = ""
    crm_table: str = ""
    constants: tuple[Constant, ...] = ()
    erp_only: Condition = field(default_factory=dict)  # the rows that take part
    crm_only: Condition = field(default_factory=dict)
    match_on: tuple[Match, ...] = ()  # the first that finds exactly one on each side decides
    leader: Side = Side.ERP  # prevails when two existing records first meet
    on_conflict: Side | Winner | None = None  # prevails when both were edited; None: a person
    on_delete: OnDelete = OnDelete.HOLD
    creates: frozenset[Side] = frozenset(Side)  # the sides where records may be created

    @cached_property
    def received(self) -> ReadOnly[Side, tuple[Field, ...]]:
        """The fields that each side may receive."""
        return {side: tuple(f for f in self.fields if side in f.flow) for side in Side}

    def only(self, side: Side) -> Condition:
        return self.erp_only if side is Side.ERP else self.crm_only


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
    cause: Cause | None = None

    @property
    def target(self) -> UUID:
        id = self.erp if self.side is Side.ERP else self.crm
        if id is None:
            raise ValueError(f"{self.verb.value} of {self.mapping} names no record")
        return id
