"""Where a window's records come from: Django's ORM, the CRM's store, or anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import Http404

from saumaton.pages.fields import Field, Reference

COUNTED_AT_MOST = 10_000


@dataclass(frozen=True)
class Query:
    """What a list is asked for. `order` is a column, with a minus in front to turn it round."""

    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """One record as a window shows it. Values are plain, or a `Reference` for a lookup."""

    key: str
    values: Mapping[str, Any]
    row: Any = None  # what the source itself holds, for actions that know it

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True)
class Slice:
    """Some records of a list, and the token of what comes after them, if anything does."""

    records: Sequence[Record]
    after: str = ""


class Invalid(Exception):
    """What was entered can't be kept; a sentence for each field, "" for the record as a whole."""

    def __init__(self, errors: Mapping[str, Sequence[Any]]) -> None:
        super().__init__("; ".join(str(text) for texts in errors.values() for text in texts))
        self.errors = errors


class Missing(Http404):
    """There is no record with this key."""


class Source(Protocol):
    """The records of one table, as lists and cards ask for them."""

    def describe(self, name: str) -> Field:
        """Return what is known of a field: caption, kind, choices, lookup, whether it sorts."""
        ...

    def slice(self, query: Query, after: str = "", size: int = 50) -> Slice: ...

    def count(self, query: Query, limit: int = COUNTED_AT_MOST) -> int:
        """Return how many records match, counted up to the limit and one more."""
        ...

    def get(self, key: str, fields: Sequence[str]) -> Record:
        """Return one record with these values. Raises `Missing`."""
        ...

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        """Keep the values in a record, a new one without key; return its key. Raises `Invalid`."""
        ...

    def delete(self, key: str) -> None:
        """Remove a record. Raises `Invalid` with the reason if others need it, or `Missing`."""
        ...

    def find(self, text: str) -> Reference | None:
        """Return the record whose code this is, or the only one whose name begins with it."""
        ...

    def suggest(self, text: str, size: int = 12) -> Sequence[Reference]:
        """Return records to choose from while somebody types."""
        ...
