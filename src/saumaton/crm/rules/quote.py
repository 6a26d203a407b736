"""Quotes: legal transitions; only a draft may be edited."""

from ..store import Row, Session
from ..write import Change
from .documents import QUOTE, begin_headers, change_headers, headers_changed
from .transitions import demand_legal, demand_unlocked

LEGAL = {(0, 1), (1, 2), (1, 3), (0, 3)}


def before_create(session: Session, rows: list[Row]) -> None:
    begin_headers(session, QUOTE, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        demand_legal("quote", change, LEGAL)
        demand_unlocked("quote", change, QUOTE.locked)
    change_headers(session, QUOTE, changes)


def after_update(session: Session, changes: list[Change]) -> None:
    headers_changed(session, QUOTE, changes)
