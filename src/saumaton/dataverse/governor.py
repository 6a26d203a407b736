"""How many requests run at once and how many rows go in one: learned from the CRM's answers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SMALLEST_BULK = 10
LARGEST_BULK = 1000
SLOW_SECONDS = 20.0  # a bulk request that takes longer is halved: a gateway gives up at 120
QUICK_SECONDS = 5.0

TOO_MANY_AT_ONCE = "0x80072326"
TOO_MUCH_TIME = "0x80072321"


@dataclass
class Governor:
    """The pace of one connection, shared by its threads.

    The width is halved when the CRM complains of too many at once or too much time, and grows by
    one after as many good answers as it is wide; the CRM's own hint bounds it. The door is closed
    for everybody while a Retry-After runs.
    """

    widest: int
    now: Callable[[], float]
    sleep: Callable[[float], None]
    bulk: int = LARGEST_BULK
    width: int = field(init=False)
    _bound: int = field(init=False)
    _running: int = 0
    _good: int = 0
    _opens_at: float = 0.0
    _turn: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.width = self._bound = self.widest

    def __enter__(self) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._running < self.width)
            self._running += 1
        while (left := self.closed_for()) > 0:
            self.sleep(left)

    def __exit__(self, *error: object) -> None:
        with self._turn:
            self._running -= 1
            self._turn.notify_all()

    def close_for(self, seconds: float) -> None:
        with self._turn:
            self._opens_at = max(self._opens_at, self.now() + seconds)

    def closed_for(self) -> float:
        return max(self._opens_at - self.now(), 0.0)

    def went_well(self, headers: Mapping[str, str]) -> None:
        """Learn from a good answer; `x-ms-dop-hint` is how wide the CRM wants us at the most."""
        hint = headers.get("x-ms-dop-hint", "")
        with self._turn:
            if hint.isdigit() and int(hint) > 0:
                self._bound = min(int(hint), self.widest)
            self._good += 1
            if self._good >= self.width and self.width < self._bound:
                self.width, self._good = self.width + 1, 0
            self.width = min(self.width, self._bound)
            self._turn.notify_all()

    def was_throttled(self, code: str) -> None:
        """Learn from a 429; too many requests in five minutes is a matter of waiting alone."""
        with self._turn:
            self._good = 0
            if code in (TOO_MANY_AT_ONCE, TOO_MUCH_TIME):
                self.width = max(self.width // 2, 1)
            if code == TOO_MUCH_TIME:
                self.bulk = max(self.bulk // 2, SMALLEST_BULK)

    def bulk_took(self, rows: int, seconds: float) -> None:
        """Learn from how long a bulk request of so many rows ran, answered or not."""
        with self._turn:
            if seconds > SLOW_SECONDS:
                self.bulk = max(min(self.bulk, rows) // 2, SMALLEST_BULK)
            elif seconds < QUICK_SECONDS and rows >= self.bulk:
                self.bulk = min(self.bulk * 2, LARGEST_BULK)
