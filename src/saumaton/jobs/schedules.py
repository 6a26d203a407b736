"""Recurring work: each piece is started by one worker, however many there are."""

from collections.abc import Callable
from datetime import datetime, timedelta

from saumaton.jobs.models import Schedule

Work = Callable[[], object]
WORK: dict[str, tuple[int, Work]] = {}


def every(name: str, *, minutes: int) -> Callable[[Work], Work]:
    """Let workers call a function at this interval, which people may change. It starts jobs."""

    def register(function: Work) -> Work:
        WORK[name] = (minutes, function)
        return function

    return register


def start_due(now: datetime) -> list[str]:
    """Start what is due and return its names; a schedule met for the first time waits its turn."""
    started = []
    for name, (minutes, function) in WORK.items():
        first = now + timedelta(minutes=minutes)
        schedule, _made = Schedule.objects.get_or_create(
            name=name, defaults={"minutes": minutes, "due_at": first}
        )
        if schedule.on_hold or schedule.due_at > now:
            continue
        following = now + timedelta(minutes=schedule.minutes)
        claim = Schedule.objects.filter(name=name, due_at=schedule.due_at, on_hold=False)
        if claim.update(due_at=following):
            function()
            started.append(name)
    return started
