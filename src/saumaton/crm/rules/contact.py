"""Contacts: full name and derived parents."""

from ..store import Row
from ..write import Change, Session


def before_create(session: Session, rows: list[Row]) -> None:
    for row in rows:
        row |= _derived(row)


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        change.values |= _derived(change.after)


def _derived(row: Row) -> Row:
    names = (row.get("firstname"), row.get("lastname"))
    is_company = row.get("parentcustomeridtype") == "account"
    parent = row.get("parentcustomerid")
    return {
        "fullname": " ".join(name for name in names if name)[:160] or None,
        "accountid": parent if is_company else None,
        "parentcontactid": None if is_company else parent,
    }
