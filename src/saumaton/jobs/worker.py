"""The process that runs jobs. Killed and started again, it goes on where it was."""

import logging
import os
import signal
import threading
from datetime import timedelta
from types import FrameType
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from saumaton.jobs.models import Worker
from saumaton.jobs.queue import APPLICATION_VERSION, JOBS, QUEUE, prepare
from saumaton.jobs.schedules import start_due

JOBS_AT_ONCE = 4
LOOKS_EVERY_SECONDS = 0.1
BEATS_EVERY_SECONDS = 5
DEAD_AFTER = timedelta(seconds=30)
FINISH_WITHIN_SECONDS = 5

log = logging.getLogger(__name__)


def run(slot: int = 1) -> None:
    """Run jobs until the process is asked to end (SIGTERM or SIGINT)."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    launch(slot)
    log.info("Worker %s runs %s", slot, ", ".join(sorted(JOBS)))
    _beat_until(ended, slot)
    _shut_down()


def launch(slot: int) -> None:
    """Start to take jobs in this process; take up what an earlier process of the slot left."""
    from dbos import DBOS

    autodiscover_modules("jobs")
    prepare()
    DBOS(
        config={
            "name": "saumaton",
            "system_database_url": settings.JOBS_DATABASE,
            "application_version": APPLICATION_VERSION,
            "executor_id": _executor(slot),
            "max_executor_threads": 2 * JOBS_AT_ONCE,
            "log_level": "WARNING",
        }
    )
    for name, function in JOBS.items():
        DBOS.workflow(name=name)(function)
    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=JOBS_AT_ONCE, polling_interval_sec=LOOKS_EVERY_SECONDS
    )


def _executor(slot: int) -> str:
    return f"worker-{slot}"


def _beat_until(ended: threading.Event, slot: int) -> None:
    process = uuid4()
    while True:
        try:
            close_old_connections()
            beat(slot, process)
            take_over_from_the_dead(slot)
            start_due(timezone.now())
        except DatabaseError:
            log.exception("Worker %s missed a heartbeat", slot)
        if ended.wait(BEATS_EVERY_SECONDS):
            return


def beat(slot: int, process: Any) -> None:
    now = timezone.now()
    Worker.objects.update_or_create(slot=slot, defaults={"process": process, "seen_at": now})


def take_over_from_the_dead(slot: int) -> list[int]:
    """Go on with the jobs of workers that have been silent too long; return their slots.

    The open part of DBOS recovers a worker's jobs only when a worker of the same name starts, so
    a living worker asks for them by a call that DBOS keeps private. Removing the row first lets
    one worker alone take over.
    """
    from dbos import DBOS

    silent_since = timezone.now() - DEAD_AFTER
    taken = []
    for dead in Worker.objects.filter(seen_at__lt=silent_since).exclude(slot=slot):
        if Worker.objects.filter(slot=dead.slot, seen_at=dead.seen_at).delete()[0]:
            log.warning("Worker %s takes over from worker %s", slot, dead.slot)
            DBOS._recover_pending_workflows([_executor(dead.slot)])
            taken.append(dead.slot)
    return taken


def _shut_down() -> None:
    """End for good. A job cut off here goes on at its next step when the worker comes back."""
    from dbos import DBOS

    try:
        DBOS.destroy(workflow_completion_timeout_sec=FINISH_WITHIN_SECONDS)
    finally:
        logging.shutdown()
        os._exit(0)  # threads that still wait for the network must not hold the process
