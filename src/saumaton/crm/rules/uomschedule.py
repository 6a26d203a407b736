"""A new unit group gets its base unit at once."""

from ..store import Row, Session
from ..write import create


def after_create(session: Session, rows: list[Row]) -> None:
    units = [
        {
            "name": row.get("baseuomname") or "Primary Unit",
            "uomscheduleid": row["uomscheduleid"],
            "quantity": 100_000,  # 1, in five decimals
            "isschedulebaseuom": 1,
        }
        for row in rows
    ]
    create(session, "uom", units, checked=False)
