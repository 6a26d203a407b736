"""A request and its answer without their transport, so that parts of a batch are requests, too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from saumaton.financials.api.entity import Entity
from saumaton.financials.api.problem import Problem, not_allowed, not_found
from saumaton.users.models import User


@dataclass(frozen=True)
class Call:
    """A request for one of the published entities."""

    method: str
    path: str  # below the root, decoded
    query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    user: User
    root: str  # the absolute address of /api/v2.0 or /ODataV4
    entities: Mapping[str, Entity]
    companies: str = "companies"  # the entity set of companies
    namespace: str = "Microsoft.NAV"
    id: UUID = field(default_factory=uuid4)

    def find(self, name: str) -> Entity:
        """Return an entity set. Raises `Problem`."""
        try:
            return self.entities[name]
        except KeyError:
            raise not_found(name) from None

    def only(self, method: str, segment: str, kind: str) -> None:
        """Refuse any other method."""
        if self.method != method:
            raise not_allowed(self.method, segment, kind)

    def context(self, address: str) -> str:
        return f"{self.root}/$metadata#{address}"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None  # a JSON value, or bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; odata.metadata=minimal"


def error(problem: Problem, call: Call) -> Answer:
    """Return how a problem is answered."""
    message = f"{problem.message}  CorrelationId:  {call.id}."
    body = {"error": {"code": problem.code, "message": message}}
    return Answer(problem.status, body, content_type="application/json")
