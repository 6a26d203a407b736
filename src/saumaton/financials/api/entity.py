"""What an API publishes: entities with properties and navigations, described as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Expression, Model, Q, QuerySet

from saumaton.financials.api.kinds import Kind
from saumaton.users.models import User
from saumaton.users.permissions import Right

Compute = Callable[[Sequence[Any]], Mapping[UUID, Any]]


@dataclass(frozen=True)
class Property:
    """One property of an entity.

    `source` is where the model has it: a field, a path such as `customer__number`, an expression.
    `compute` gives it for many records at once; such a property is not for filters or order.
    `refers` names the record that a written id, code or number stands for; `by` is the field of
    that record. `sets` is the attribute that is written, when it is not the source.
    """

    name: str
    kind: Kind
    source: str | Expression = ""
    writable: bool = False
    required: bool = False
    compute: Compute | None = None
    refers: type[Model] | None = None
    by: str = "pk"
    sets: str = ""

    @property
    def path(self) -> str:
        """The name by which the database knows the property in filters and order."""
        return self.source if isinstance(self.source, str) else f"of_{self.name}"

    @property
    def attribute(self) -> str:
        return self.sets or self.path


@dataclass(frozen=True)
class Navigation:
    """From one entity to another: one record by `source`, or many whose `of` is this one."""

    to: str
    source: str = ""
    of: str = ""

    @property
    def many(self) -> bool:
        return bool(self.of)


@dataclass(frozen=True)
class Written:
    """What a request wants stored: values by attribute, and new records by navigation."""

    values: dict[str, Any]
    children: dict[str, list[dict[str, Any]]]
    user: User


Create = Callable[["Entity", Written], Model]
Update = Callable[["Entity", Model, Written], Model]
Delete = Callable[["Entity", Model], None]
Action = Callable[[Model, User], "Model | None"]


@dataclass(frozen=True)
class Entity:
    """An entity set. Without `create`, `update` or `delete` it cannot be written that way."""

    name: str
    type_name: str
    model: type[Model]
    properties: tuple[Property, ...]
    navigations: Mapping[str, Navigation] = field(default_factory=dict)
    table: str = ""  # the name in the change log
    only: Q = field(default_factory=Q)
    order: str = "number"
    keys: tuple[str, ...] = ("id",)
    create: Create | None = None
    update: Update | None = None
    delete: Delete | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    right: str = Right.EDIT_MASTER_DATA
    act_right: str = Right.POST_SALES
    needs_filter: str = ""  # the property that a flat listing must be filtered by
    also: "Entity | None" = None  # a second source of the same entity set

    @cached_property
    def by_name(self) -> dict[str, Property]:
        return {property.name: property for property in self.properties}

    @cached_property
    def joins(self) -> list[str]:
        paths = {
            property.source.rpartition("__")[0]
            for property in self.properties
            if isinstance(property.source, str) and "__" in property.source
        }
        return sorted(paths)

    def rows(self) -> QuerySet[Any]:
        """Return the entity's records, with what it takes to show them."""
        expressions = {
            property.path: property.source
            for property in self.properties
            if isinstance(property.source, Expression)
        }
        rows = self.model._default_manager.filter(self.only).annotate(**expressions)
        return rows.select_related(*self.joins) if self.joins else rows

    @property
    def parts(self) -> list["Entity"]:
        return [self, self.also] if self.also else [self]


def read(record: Any, path: str) -> Any:
    """Return what a path such as `customer__number` leads to; nothing if a link is empty."""
    for name in path.split("__"):
        if record is None:
            return None
        record = getattr(record, name)
    return record
