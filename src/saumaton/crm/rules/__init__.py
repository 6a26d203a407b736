"""What the CRM does by itself when rows change: one file a table, found by the table's name.

A file offers any of `before_create(session, rows)`, `after_create(session, rows)`,
`before_update(session, changes)`, `after_update(session, changes)`, `before_delete(session, rows)`
and `after_delete(session, rows)`. Rows are dictionaries of stored values and may be changed in the
functions that come before.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@cache
def _rule(table: str, event: str) -> Any:
    name = f"{__name__}.{table}"
    if not table.isidentifier() or find_spec(name) is None:
        return None
    return getattr(import_module(name), event, None)


def _run(event: str, session: Any, table: str, subject: Any) -> None:
    if rule := _rule(table, event):
        rule(session, subject)


def before_create(session: Any, table: str, rows: Any) -> None:
    _run("before_create", session, table, rows)


def after_create(session: Any, table: str, rows: Any) -> None:
    _run("after_create", session, table, rows)


def before_update(session: Any, table: str, changes: Any) -> None:
    _run("before_update", session, table, changes)


def after_update(session: Any, table: str, changes: Any) -> None:
    _run("after_update", session, table, changes)


def before_delete(session: Any, table: str, rows: Any) -> None:
    _run("before_delete", session, table, rows)


def after_delete(session: Any, table: str, rows: Any) -> None:
    _run("after_delete", session, table, rows)
