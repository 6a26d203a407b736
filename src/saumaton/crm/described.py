"""Tables described as data: what columns, states, lookups and alternate keys they have.

One description yields the SQL table, validation, `$metadata`, `EntityDefinitions` and formatted
values. Stored values are the same on every database: texts, integers and nulls. A decimal is an
integer scaled by its column's decimals, a moment is text in UTC, yes/no is 1 or 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


class Kind(StrEnum):
    """What a column holds."""

    ID = "id"
    TEXT = "text"
    MEMO = "memo"
    WHOLE = "whole"
    BIG = "big"
    DECIMAL = "decimal"
    DOUBLE = "double"
    MONEY = "money"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    STATE = "state"
    STATUS = "status"
    LOOKUP = "lookup"


Options = tuple[tuple[int, str], ...]
NUMBERS = frozenset({Kind.WHOLE, Kind.BIG, Kind.DECIMAL, Kind.DOUBLE, Kind.MONEY})
TEXTS = frozenset({Kind.TEXT, Kind.MEMO})
CHOICES = frozenset({Kind.CHOICE, Kind.STATE, Kind.STATUS})
MONEY_DECIMALS = 4
MONEY_LIMIT = 900_000_000_000_000


def metadata_id(*names: str) -> str:
    """Return the id that a described thing has in every organisation."""
    return str(uuid5(NAMESPACE_URL, "urn:saumaton:crm:" + ".".join(names)))


@dataclass(frozen=True)
class Column:
    """One column. `backs` names, per target of a lookup, the collection on the other side."""

    name: str
    kind: Kind
    length: int = 0
    decimals: int = 0
    required: bool = False
    options: Options = ()
    targets: tuple[str, ...] = ()
    backs: tuple[str, ...] = ()
    create: bool = True
    update: bool = True
    low: float | None = None
    high: float | None = None
    default: Any = None
    schema: str = ""
    label: str = ""
    description: str = ""
    navigation: str = ""
    type_column: str = ""
    cascade: str = "clear"
    custom: bool = False
    id: str = ""

    @property
    def schema_name(self) -> str:
        return self.schema or self.name[:1].upper() + self.name[1:]

    @property
    def caption(self) -> str:
        return self.label or self.schema_name

    @property
    def is_polymorphic(self) -> bool:
        return self.kind is Kind.LOOKUP and len(self.targets) > 1

    @property
    def type_name(self) -> str:
        """The hidden column that says which table a polymorphic lookup leads to."""
        return (self.type_column or f"{self.name}type") if self.is_polymorphic else ""

    @property
    def property_name(self) -> str:
        """The name under which the column is read."""
        return f"_{self.name}_value" if self.kind is Kind.LOOKUP else self.name

    def navigation_to(self, target: str) -> str:
        """Return the navigation property that leads to one of the targets."""
        if self.navigation:
            return self.navigation
        if self.is_polymorphic and self.name != "ownerid":
            return f"{self.name}_{target}"
        return self.schema_name if self.custom else self.name

    def back_from(self, target: str, table: str) -> str:
        """Return the collection on a target that holds the rows of this column's table."""
        place = self.targets.index(target)
        if place < len(self.backs) and self.backs[place]:
            return self.backs[place]
        return f"{target}_{table}_{self.name}"

    def label_of(self, value: int) -> str:
        return next((text for number, text in self.options if number == value), str(value))


def text(name: str, length: int = 100, **more: Any) -> Column:
    return Column(name, Kind.TEXT, length=length, **more)


def memo(name: str, length: int = 2000, **more: Any) -> Column:
    return Column(name, Kind.MEMO, length=length, **more)


def whole(name: str, low: int = -2147483648, high: int = 2147483647, **more: Any) -> Column:
    return Column(name, Kind.WHOLE, low=low, high=high, **more)


def decimal(
    name: str, decimals: int, low: float = -1e11, high: float = 1e11, **more: Any
) -> Column:
    return Column(name, Kind.DECIMAL, decimals=decimals, low=low, high=high, **more)


def money(name: str, low: float = -MONEY_LIMIT, high: float = MONEY_LIMIT, **more: Any) -> Column:
    return Column(name, Kind.MONEY, decimals=MONEY_DECIMALS, low=low, high=high, **more)


def yes_no(name: str, default: bool | None = None, **more: Any) -> Column:
    stored = None if default is None else int(default)
    return Column(name, Kind.YES_NO, options=((0, "No"), (1, "Yes")), default=stored, **more)


def day(name: str, **more: Any) -> Column:
    return Column(name, Kind.DATE, **more)


def moment(name: str, **more: Any) -> Column:
    return Column(name, Kind.MOMENT, **more)


def choice(name: str, options: Iterable[tuple[int, str]], **more: Any) -> Column:
    return Column(name, Kind.CHOICE, options=tuple(options), **more)


def lookup(name: str, *targets: str, back: str = "", **more: Any) -> Column:
    backs = more.pop("backs", (back,) if back else ())
    return Column(name, Kind.LOOKUP, targets=targets, backs=backs, **more)


def guid(name: str, **more: Any) -> Column:
    return Column(name, Kind.ID, **more)


@dataclass(frozen=True)
class State:
    """A state of a table and the reasons a row may have in it, the default first."""

    value: int
    label: str
    reasons: Options


@dataclass(frozen=True)
class Key:
    """An alternate key."""

    name: str
    columns: tuple[str, ...]
    label: str = ""
    id: str = ""


@dataclass(frozen=True)
class Table:
    """A table as data; `columns` are its own, `all_columns` adds what every table has."""

    name: str
    set_name: str
    primary_name: str
    columns: tuple[Column, ...]
    schema: str = ""
    label: str = ""
    plural: str = ""
    description: str = ""
    code: int = 0
    states: tuple[State, ...] = ()
    first_state: int | None = None
    keys: tuple[Key, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    owned: bool = False
    activity: bool = False
    tracked: bool = True
    intersect: bool = False
    custom: bool = False
    private: bool = False
    id_column: str = ""
    id: str = ""

    @property
    def key(self) -> str:
        """The primary key's column."""
        return self.id_column or f"{self.name}id"

    @property
    def schema_name(self) -> str:
        return self.schema or self.name[:1].upper() + self.name[1:]

    @property
    def metadata_id(self) -> str:
        return self.id or metadata_id(self.name)

    @cached_property
    def all_columns(self) -> dict[str, Column]:
        own = {column.name: column for column in self.columns}
        described = {self.key: guid(self.key, required=True, update=False)} | own
        for column in (*self._owner_columns(), *self._state_columns(), *_STAMPS):
            described.setdefault(column.name, column)
        return described

    def _owner_columns(self) -> tuple[Column, ...]:
        if not self.owned:
            return ()
        return (
            lookup("ownerid", "systemuser", "team", type_column="owneridtype", required=True),
            lookup("owningbusinessunit", "businessunit", create=False, update=False),
        )

    def _state_columns(self) -> tuple[Column, ...]:
        if not self.states:
            return ()
        first = self.starting_state
        labels = tuple((state.value, state.label) for state in self.states)
        reasons = tuple(reason for state in self.states for reason in state.reasons)
        return (
            Column("statecode", Kind.STATE, options=labels, default=first.value, required=True),
            Column("statuscode", Kind.STATUS, options=reasons, default=first.reasons[0][0]),
        )

    @property
    def starting_state(self) -> State:
        wanted = self.first_state
        return next((s for s in self.states if s.value == wanted), self.states[0])

    def state(self, value: int) -> State | None:
        return next((state for state in self.states if state.value == value), None)

    @cached_property
    def lookups(self) -> dict[str, Column]:
        return {n: c for n, c in self.all_columns.items() if c.kind is Kind.LOOKUP}

    @cached_property
    def by_property(self) -> dict[str, Column]:
        """Columns under the names by which they are read."""
        return {column.property_name: column for column in self.all_columns.values()}

    @cached_property
    def navigations(self) -> dict[str, tuple[Column, str]]:
        """Single-valued navigation properties: name to column and target."""
        return {
            column.navigation_to(target): (column, target)
            for column in self.lookups.values()
            for target in reversed(column.targets)
        }


_STAMPS = (
    moment("createdon", create=False, update=False),
    moment("modifiedon", create=False, update=False),
    lookup("createdby", "systemuser", create=False, update=False),
    lookup("modifiedby", "systemuser", create=False, update=False),
    lookup("createdonbehalfby", "systemuser", create=False, update=False),
    lookup("modifiedonbehalfby", "systemuser", create=False, update=False),
    Column("versionnumber", Kind.BIG, create=False, update=False),
    moment("overriddencreatedon", update=False),
    whole("importsequencenumber", update=False),
)
ACTIVE_OR_NOT = (State(0, "Active", ((1, "Active"),)), State(1, "Inactive", ((2, "Inactive"),)))


@dataclass(frozen=True)
class ManyToMany:
    """Two tables joined by a table of pairs; the same name leads there from both sides."""

    name: str
    intersect: str
    first: str
    second: str
    first_column: str = ""
    second_column: str = ""
    first_navigation: str = ""
    second_navigation: str = ""
    custom: bool = False
    id: str = field(default="")

    def side(self, table: str) -> tuple[str, str, str]:
        """Return own column, other column and other table, seen from one of the two tables."""
        first = self.first_column or f"{self.first}id"
        second = self.second_column or f"{self.second}id"
        if table == self.first:
            return first, second, self.second
        return second, first, self.first

    def navigation_from(self, table: str) -> str:
        named = self.first_navigation if table == self.first else self.second_navigation
        return named or self.name


def parse_id(value: object) -> str | None:
    """Return an id in its one spelling, or None if the text is no id."""
    if not isinstance(value, str):
        return None
    if len(value) == 36 and value.islower() and value[8] == value[13] == value[18] == "-":
        digits = value.replace("-", "")
        return value if len(digits) == 32 and _is_hex(digits) else None
    try:
        return str(UUID(value))
    except ValueError:
        return None


def _is_hex(digits: str) -> bool:
    try:
        int(digits, 16)
    except ValueError:
        return False
    return digits.isalnum()
