"""States that may follow each other, and rows that their state locks."""

from ..problem import BAD_STATE, Problem
from ..store import Session
from ..write import Change

STAMPS = frozenset(
    {"modifiedon", "modifiedby", "modifiedonbehalfby", "versionnumber", "statecode", "statuscode"}
)


def demand_legal(table: str, change: Change, legal: set[tuple[int, int]]) -> None:
    """Raise 400 if the change leads to a state that may not follow the present one."""
    if not change.moves("statecode"):
        return
    step = (change.before["statecode"], change.values["statecode"])
    if step not in legal:
        raise Problem(
            400,
            BAD_STATE,
            f"A {table} in state {step[0]} cannot go to state {step[1]}. "
            f"It has the Id {change.before[f'{table}id']}.",
        )


def demand_unlocked(table: str, change: Change, locked: frozenset[int]) -> None:
    """Raise 400 if a row in a locked state would change in more than its state."""
    if change.before["statecode"] not in locked or change.moves("statecode"):
        return
    written = {name for name in change.values.keys() - STAMPS if change.moves(name)}
    if written:
        raise locked_row(table, change.before[f"{table}id"], change.before["statecode"])


def locked_row(table: str, row_id: str, state: int) -> Problem:
    return Problem(
        400,
        BAD_STATE,
        f"The {table} with Id {row_id} is read-only in its state {state}.",
    )


def is_back_office(session: Session) -> bool:
    """Does the integration write, while orders are processed in another system?"""
    switched_on = bool(session.organisation().get("issopintegrationenabled"))
    return session.caller.integration and switched_on
