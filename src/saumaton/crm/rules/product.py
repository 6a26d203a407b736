"""Products: in which state they begin, and which states may follow."""

from ..store import Row, Session
from ..write import Change
from .transitions import demand_legal

ACTIVE, RETIRED, DRAFT, REVISED = 0, 1, 2, 3
LEGAL = {(DRAFT, ACTIVE), (ACTIVE, REVISED), (REVISED, ACTIVE), (ACTIVE, RETIRED)}
LEGAL |= {(RETIRED, ACTIVE), (DRAFT, RETIRED)}


def before_create(session: Session, rows: list[Row]) -> None:
    if not session.organisation().get("createproductswithoutparentinactivestate"):
        return
    for row in rows:
        if (row["statecode"], row["statuscode"]) == (DRAFT, 0):
            row["statecode"], row["statuscode"] = ACTIVE, 1


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        demand_legal("product", change, LEGAL)
