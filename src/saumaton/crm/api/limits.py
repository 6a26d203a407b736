"""Service protection limits: requests, working time and concurrency of one user."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..caller import Caller
from ..problem import Problem


@dataclass
class _Usage:
    requests: deque[tuple[float, float]] = field(default_factory=deque)
    running: int = 0

    @property
    def seconds(self) -> float:
        return sum(spent for _, spent in self.requests)


@dataclass
class Limits:
    """The documented figures; each server process counts for itself, as the original's do.

    `for_all` switches the limits on for everybody; a throttled program always has them.
    """

    for_all: bool = False
    window_seconds: float = 300
    most_requests: int = 6000
    most_seconds: float = 1200
    most_at_once: int = 52
    _usages: dict[str, _Usage] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def entered(self, caller: Caller) -> Iterator[dict[str, str]]:
        """Let a request in. Yields the rate headers. Raises `Problem` 429."""
        if not (self.for_all or caller.throttled):
            yield {}
            return
        started = time.monotonic()
        usage = self._admit(caller.id, started)
        spent = usage.seconds
        headers = {
            "x-ms-ratelimit-burst-remaining-xrm-requests": str(
                max(0, self.most_requests - len(usage.requests) - usage.running)
            ),
            "x-ms-ratelimit-time-remaining-xrm-requests": f"{self.most_seconds - spent:,.2f}",
        }
        try:
            yield headers
        finally:
            with self._lock:
                usage.running -= 1
                usage.requests.append((started, time.monotonic() - started))

    def _admit(self, user_id: str, now: float) -> _Usage:
        with self._lock:
            usage = self._usages.setdefault(user_id, _Usage())
            while usage.requests and usage.requests[0][0] < now - self.window_seconds:
                usage.requests.popleft()
            if len(usage.requests) + usage.running >= self.most_requests:
                raise self._refused(usage, now, "0x80072322", self._too_many())
            if usage.seconds >= self.most_seconds:
                raise self._refused(usage, now, "0x80072321", self._too_long())
            if usage.running >= self.most_at_once:
                message = (
                    f"Number of concurrent requests exceeded the limit of {self.most_at_once}."
                )
                raise Problem(429, "0x80072326", message, {"Retry-After": "1"})
            usage.running += 1
            return usage

    def _refused(self, usage: _Usage, now: float, code: str, message: str) -> Problem:
        first = usage.requests[0][0] if usage.requests else now
        wait = max(1, int(first + self.window_seconds - now) + 1)
        return Problem(429, code, message, {"Retry-After": str(wait)})

    def _too_many(self) -> str:
        return (
            f"Number of requests exceeded the limit of {self.most_requests} "
            f"over time window of {self.window_seconds:.0f} seconds."
        )

    def _too_long(self) -> str:
        return (
            f"Combined execution time of incoming requests exceeded limit of "
            f"{self.most_seconds * 1000:,.0f} milliseconds over time window of "
            f"{self.window_seconds:.0f} seconds. Decrease number of concurrent requests or reduce "
            "the duration of requests and try again later."
        )
