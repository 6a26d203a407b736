"""Users: full name and a business unit."""

from ..store import Row, Session
from ..write import Change


def before_create(session: Session, rows: list[Row]) -> None:
    for row in rows:
        row["fullname"] = _full_name(row)
        row.setdefault("businessunitid", session.caller.business_unit or None)


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        change.values["fullname"] = _full_name(change.after)


def _full_name(row: Row) -> str | None:
    names = (row.get("firstname"), row.get("lastname"))
    return " ".join(name for name in names if name) or None
