"""What rows a caller may see and touch: access levels as conditions and checks."""

from collections.abc import Sequence

import sqlalchemy as sa

from .caller import Caller, Depth
from .described import Table
from .problem import Problem
from .store import Row, Session


def visible(
    caller: Caller, table: Table, made: sa.FromClause, action: str = "read"
) -> "sa.ColumnElement[bool] | None":
    """Return the condition on rows that the caller may read; None if all. Raises `Problem` 403."""
    depth = caller.demand(action, table.name)
    if depth is Depth.GLOBAL or not table.owned:
        return None
    own = made.c.ownerid.in_([caller.id, *caller.teams])
    if depth is Depth.BASIC:
        return own
    units = [caller.business_unit] if depth is Depth.LOCAL else sorted(caller.units)
    return sa.or_(own, made.c.owningbusinessunit.in_(units))


def demand_rows(session: Session, action: str, table: Table, rows: Sequence[Row]) -> None:
    """Raise `Problem` 403 if the caller's privilege does not reach one of the rows."""
    caller = session.caller
    depth = caller.demand(action, table.name)
    if depth is Depth.GLOBAL or not table.owned:
        return
    for row in rows:
        if not _reaches(caller, depth, row):
            raise Problem(
                403,
                "0x80040221",
                f"Principal user (Id={caller.id}, type=8) does not have {action.capitalize()}"
                f"Access right(s) for record with id {row[table.key]} of entity {table.name}",
            )


def _reaches(caller: Caller, depth: Depth, row: Row) -> bool:
    if row["ownerid"] == caller.id or row["ownerid"] in caller.teams:
        return True
    if depth is Depth.LOCAL:
        return bool(row["owningbusinessunit"] == caller.business_unit)
    return depth is Depth.DEEP and row["owningbusinessunit"] in caller.units
