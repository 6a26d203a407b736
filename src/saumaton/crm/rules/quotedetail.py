"""Lines of quotes: products, prices, and the totals of their document."""

from ..store import Row, Session
from ..write import Change
from .documents import QUOTE, begin_lines, change_lines, demand_deletable, lines_written


def before_create(session: Session, rows: list[Row]) -> None:
    begin_lines(session, QUOTE, rows)


def after_create(session: Session, rows: list[Row]) -> None:
    lines_written(session, QUOTE, rows)


def before_update(session: Session, changes: list[Change]) -> None:
    change_lines(session, QUOTE, changes)


def after_update(session: Session, changes: list[Change]) -> None:
    lines_written(session, QUOTE, [change.before for change in changes])


def before_delete(session: Session, rows: list[Row]) -> None:
    demand_deletable(session, QUOTE, rows)


def after_delete(session: Session, rows: list[Row]) -> None:
    lines_written(session, QUOTE, rows)
