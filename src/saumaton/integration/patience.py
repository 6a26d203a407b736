"""Wait for a side that is busy."""

import time
from collections.abc import Callable
from typing import TypeVar

from saumaton.sync.ports import Busy

PATIENCE = 8
LONGEST_WAIT_SECONDS = 60

Result = TypeVar("Result")


def patiently(action: Callable[[], Result]) -> Result:
    """Do it, waiting as long as a busy side asks for, a few times over."""
    for attempt in range(PATIENCE):
        try:
            return action()
        except Busy as busy:
            wait = busy.retry_after_seconds or 2**attempt / 2
            time.sleep(min(wait, LONGEST_WAIT_SECONDS))
    return action()
