"""Jobs in real worker processes, killed and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

pytestmark = pytest.mark.server

WORKER = """
import sys, time, django
django.setup()
from saumaton.jobs import queue, worker

def write_line(file, number):
    with open(file, "a") as lines:
        lines.write(f"{number}\\n")
    time.sleep(0.05)
    return number

@queue.job("count")
def count(file, upto):
    return sum(queue.step(write_line, file, number) for number in range(upto))

if sys.argv[1] == "start":
    queue.start("count", sys.argv[2], int(sys.argv[3]), id=sys.argv[4])
elif sys.argv[1] == "cancel":
    queue.cancel(sys.argv[2])
elif sys.argv[1] == "state":
    print(queue.state(sys.argv[2]))
else:
    worker.run(int(sys.argv[2]))
"""


class Office:
    """A private installation with its queue and its workers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.script = home / "worker.py"
        self.script.write_text(WORKER)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SAUMATON_")}
        self.environment = {
            **kept,
            "SAUMATON_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "saumaton.site.settings.financials",
        }
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0", "jobs"],
            env=self.environment,
            check=True,
        )

    def call(self, *arguments: object) -> str:
        command = [sys.executable, str(self.script), *map(str, arguments)]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    @contextmanager
    def worker(self, slot: int = 1) -> Iterator[subprocess.Popen[bytes]]:
        with (self.home / "worker.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, str(self.script), "work", str(slot)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield child
        finally:
            child.kill()
            child.wait()

    def lines(self) -> list[int]:
        file = self.home / "lines"
        return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def test_a_killed_worker_goes_on_at_the_next_step(office: Office) -> None:
    id = str(uuid4())
    office.call("start", office.home / "lines", 30, id)
    with office.worker() as first:
        until(lambda: len(office.lines()) > 5)
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert len(office.lines()) < 30

    with office.worker():
        until(lambda: office.call("state", id) == "finished")

    lines = office.lines()
    assert sorted(set(lines)) == list(range(30))
    assert len(lines) <= 31  # only the step that was cut off may have run twice


def test_a_job_starts_once_however_often_it_is_asked_for(office: Office) -> None:
    id = str(uuid4())
    for _ in range(2):
        office.call("start", office.home / "lines", 3, id)

    with office.worker():
        until(lambda: office.call("state", id) == "finished")
    assert office.lines() == [0, 1, 2]


def test_a_cancelled_job_stops_before_its_next_step(office: Office) -> None:
    id = str(uuid4())
    office.call("start", office.home / "lines", 1000, id)
    with office.worker():
        until(lambda: office.lines())
        office.call("cancel", id)
        until(lambda: office.call("state", id) == "cancelled")
        time.sleep(0.3)
        written = len(office.lines())
        time.sleep(0.3)
        assert len(office.lines()) == written < 1000


def test_a_worker_asked_to_end_does_so_within_ten_seconds(office: Office) -> None:
    office.call("start", office.home / "lines", 1000, str(uuid4()))
    with office.worker() as worker:
        until(lambda: office.lines())
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
