"""Orders: legal transitions; a submitted order is locked for all but the integration."""

from ..store import Row, Session
from ..write import Change
from .documents import ORDER, begin_headers, change_headers, headers_changed
from .transitions import demand_legal, demand_unlocked

LEGAL = {(0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 2), (1, 3), (1, 4), (3, 4)}


def before_create(session: Session, rows: list[Row]) -> None:
    begin_headers(session, ORDER, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        demand_legal("salesorder", change, LEGAL)
        if not session.caller.integration:
            demand_unlocked("salesorder", change, ORDER.locked)
    change_headers(session, ORDER, changes)


def after_update(session: Session, changes: list[Change]) -> None:
    headers_changed(session, ORDER, changes)
