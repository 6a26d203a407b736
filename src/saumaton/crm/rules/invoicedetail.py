"""Lines of invoices: products, prices, and the totals of their document."""

from ..store import Row, Session
from ..write import Change
from .documents import INVOICE, begin_lines, change_lines, demand_deletable, lines_written


def before_create(session: Session, rows: list[Row]) -> None:
    if not INVOICE.prices(session):
        for row in rows:  # amounts of a new line are written by a later update
            row.pop("baseamount", None)
            row.pop("extendedamount", None)
    begin_lines(session, INVOICE, rows)


def after_create(session: Session, rows: list[Row]) -> None:
    lines_written(session, INVOICE, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    change_lines(session, INVOICE, changes)


def after_update(session: Session, changes: list[Change]) -> None:
    lines_written(session, INVOICE, [change.before for change in changes])


def before_delete(session: Session, rows: list[Row]) -> None:
    demand_deletable(session, INVOICE, rows)


def after_delete(session: Session, rows: list[Row]) -> None:
    lines_written(session, INVOICE, rows)
