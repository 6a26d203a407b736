"""Who asks, and what that user may do."""

from dataclasses import dataclass, field, replace
from enum import IntEnum

from .problem import Problem

ACTIONS = ("create", "read", "write", "delete", "append", "appendto", "assign")


class Depth(IntEnum):
    """How far a privilege reaches: own rows, the business unit, those below it, everything."""

    NONE = 0
    BASIC = 1
    LOCAL = 2
    DEEP = 3
    GLOBAL = 4


@dataclass(frozen=True)
class Caller:
    """A signed-in user with the privileges of all its roles."""

    id: str
    name: str = ""
    business_unit: str = ""
    units: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    privileges: dict[tuple[str, str], int] = field(default_factory=dict, hash=False)
    everything: bool = False
    integration: bool = False
    throttled: bool = False
    roles: frozenset[str] = frozenset()
    behind: str | None = None
    disabled: bool = False

    def depth(self, action: str, table: str) -> Depth:
        if self.everything:
            return Depth.GLOBAL
        return Depth(
            max(self.privileges.get((action, table), 0), self.privileges.get((action, "*"), 0))
        )

    def demand(self, action: str, table: str) -> Depth:
        """Return how far the privilege reaches. Raises `Problem` 403 without it."""
        depth = self.depth(action, table)
        if not depth:
            raise self.missing(f"prv{action.capitalize()}{table}")
        return depth

    def missing(self, privilege: str) -> Problem:
        return Problem(
            403,
            "0x80040220",
            f"Principal user (Id={self.id}, type=8) is missing {privilege} privilege.",
        )

    def may(self, privilege: str) -> bool:
        """Has the user a privilege that belongs to no table, such as customizing?"""
        return self.everything or ("do", privilege) in self.privileges

    def must(self, privilege: str) -> None:
        if not self.may(privilege):
            raise self.missing(f"prv{privilege}")

    def on_behalf_of(self, other: "Caller") -> "Caller":
        """Return the other user, limited to what both may do."""
        if self.everything:
            return replace(other, behind=self.id)
        shared = {
            key: min(depth, self.privileges.get(key, 0) or self.privileges.get((key[0], "*"), 0))
            for key, depth in (self.privileges if other.everything else other.privileges).items()
        }
        return replace(
            other,
            behind=self.id,
            everything=False,
            integration=other.integration and self.integration,
            privileges=shared,
        )


SYSTEM = Caller(id="00000000-0000-0000-0000-000000000000", name="SYSTEM", everything=True)
