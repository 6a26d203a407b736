"""Durable jobs: name them, start them, watch them, stop them. DBOS stays behind this module.

A job is a function of plain values that calls `step` for each thing it does. After a crash it is
called again, and steps that ended are not repeated: their result is read back. A step itself may
run twice (the crash may come before its result is kept), so a step must be idempotent.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import close_old_connections

QUEUE = "jobs"
# The default version is a hash of the code: a new release would orphan the jobs of the old one.
APPLICATION_VERSION = "1"

Result = TypeVar("Result")
Job = Callable[..., object]
JOBS: dict[str, Job] = {}

_preparing = threading.Lock()


def job(name: str) -> Callable[[Job], Job]:
    """Let the queue run a function under this name, whichever process starts it."""

    def register(function: Job) -> Job:
        if JOBS.setdefault(name, function) is not function:
            raise ValueError(f"Two jobs are named {name}.")
        return function

    return register


def start(name: str, *arguments: Any, id: str) -> str:
    """Put a job in the queue and return its id; starting an id again changes nothing."""
    options = {
        "workflow_name": name,
        "queue_name": QUEUE,
        "workflow_id": id,
        "app_version": APPLICATION_VERSION,
    }
    _client().enqueue(options, *arguments)
    return id


def cancel(id: str) -> None:
    """Stop a job before its next step. What its steps did stays."""
    _client().cancel_workflow(id, cancel_children=True)


def state(id: str) -> str | None:
    """Return `waiting`, `running`, `finished`, `failed` or `cancelled`; None for an unknown job."""
    found = _client().list_workflows(workflow_ids=[id], load_input=False, load_output=False)
    return _STATES.get(found[0].status, "failed") if found else None


_STATES = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "finished",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


def step(function: Callable[..., Result], *arguments: Any) -> Result:
    """Do one thing of a running job and keep its result, which must be a plain value."""
    from dbos import DBOS

    return DBOS.run_step(
        {"name": function.__name__}, partial(_with_connections, function), *arguments
    )


def _with_connections(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call the function with database connections that are alive, and leave none to rot."""
    close_old_connections()
    try:
        return function(*arguments)
    finally:
        close_old_connections()


@cache
def _connected() -> Any:
    from dbos import DBOSClient  # slow to import, so only where jobs are started

    prepare()
    return DBOSClient(system_database_url=settings.JOBS_DATABASE)


def _client() -> Any:
    with _preparing:
        return _connected()


def prepare() -> None:
    """Create the queue's own database, or bring it up to date."""
    from dbos import DBOS

    logging.getLogger("dbos").setLevel(logging.WARNING)
    url = urlsplit(settings.JOBS_DATABASE)
    if url.scheme == "sqlite":
        # Readers must not wait for writers; SQLite remembers this mode in the file.
        with sqlite3.connect(unquote(url.path)[1:], timeout=30) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
    DBOS.migrate(settings.JOBS_DATABASE)
