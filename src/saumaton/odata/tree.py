"""The shapes of a parsed OData query: expressions, paths, order and expansion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

Scalar = str | int | bool | Decimal | UUID | date | datetime | None


class BadQuery(ValueError):
    """A query that is not OData; the sentence says where it stops being it."""


@dataclass(frozen=True)
class Literal:
    """A value as written. A `datetime` has a zone; a `date` is a day."""

    value: Scalar


@dataclass(frozen=True)
class Names:
    """A path of property names, such as `primarycontactid/fullname`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.names)


@dataclass(frozen=True)
class Enumerated:
    """A member of an enumeration, such as `Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'`."""

    type: str
    member: str


@dataclass(frozen=True)
class ListOf:
    """A list of values, as the functions of Dataverse take them."""

    items: tuple["Node", ...]


@dataclass(frozen=True)
class Compare:
    """`eq ne gt ge lt le` between two expressions, or `in` with a list."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Both:
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Either:
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Not:
    inner: "Node"


@dataclass(frozen=True)
class Call:
    """A function with arguments by place (`contains`) or by name (`Microsoft.Dynamics.CRM.In`)."""

    name: str
    places: tuple["Node", ...] = ()
    named: Mapping[str, "Node"] | None = None


@dataclass(frozen=True)
class Lambda:
    """`collection/any(o:o/column eq 1)`; `inner` is None for a bare `any()`."""

    path: Names
    quantifier: str
    variable: str
    inner: "Node | None"


Node = Literal | Names | Enumerated | ListOf | Compare | Both | Either | Not | Call | Lambda


@dataclass(frozen=True)
class Order:
    """One column of `$orderby`."""

    path: Names
    descending: bool = False


@dataclass(frozen=True)
class Expand:
    """One navigation property of `$expand` with its own options, still as text."""

    name: str
    options: Mapping[str, str]
    references: bool = False
    cast: str = ""


@dataclass(frozen=True)
class Aggregate:
    """`column with method as alias`; the column of `$count` is empty."""

    column: str
    method: str
    alias: str


@dataclass(frozen=True)
class Apply:
    """The steps of `$apply` that Dataverse knows, in order."""

    filters: tuple[Node, ...] = ()
    groups: Sequence[Names] = ()
    aggregates: tuple[Aggregate, ...] = ()
