"""Invoices: legal transitions; a paid or canceled invoice is locked."""

from ..store import Row, Session
from ..write import Change
from .documents import INVOICE, begin_headers, change_headers, headers_changed
from .transitions import demand_legal, demand_unlocked

LEGAL = {(0, 1), (0, 2), (0, 3), (2, 0)}


def before_create(session: Session, rows: list[Row]) -> None:
    begin_headers(session, INVOICE, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    for change in changes:
        demand_legal("invoice", change, LEGAL)
        demand_unlocked("invoice", change, INVOICE.locked)
    change_headers(session, INVOICE, changes)


def after_update(session: Session, changes: list[Change]) -> None:
    headers_changed(session, INVOICE, changes)
