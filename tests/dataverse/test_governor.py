"""The pace of a connection is learned, and its limits are kept."""

import threading
from uuid import uuid4

import httpx2
import pytest

from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.governor import TOO_MANY_AT_ONCE, TOO_MUCH_TIME, Governor
from saumaton.dataverse.table import DataverseTable
from saumaton.sync.model import Operation, Side, Verb
from saumaton.sync.ports import Ending
from tests.dataverse.organisation import Organisation


def governor(widest: int = 8) -> Governor:
    return Governor(widest, now=lambda: 0.0, sleep=lambda seconds: None)


def test_f08_too_many_at_once_halves_the_width_and_good_answers_widen_it():
    pace = governor()
    pace.was_throttled(TOO_MANY_AT_ONCE)
    assert (pace.width, pace.bulk) == (4, 1000)
    for _ in range(4 + 5):
        pace.went_well({})
    assert pace.width == 6
    for _ in range(100):
        pace.went_well({})
    assert pace.width == 8, "never wider than it may be"


def test_f08_too_much_time_makes_requests_smaller_too():
    pace = governor()
    pace.was_throttled(TOO_MUCH_TIME)
    assert (pace.width, pace.bulk) == (4, 500)
    for _ in range(20):
        pace.was_throttled(TOO_MUCH_TIME)
    assert (pace.width, pace.bulk) == (1, 10)


def test_the_hint_of_the_crm_bounds_the_width():
    pace = governor()
    pace.went_well({"x-ms-dop-hint": "3"})
    assert pace.width == 3
    for _ in range(20):
        pace.went_well({"x-ms-dop-hint": "5"})
    assert pace.width == 5
    pace.went_well({"x-ms-dop-hint": "nonsense"})
    assert pace.width == 5


def test_slow_requests_get_smaller_and_quick_ones_grow_again():
    pace = governor()
    pace.bulk_took(1000, 30.0)
    pace.bulk_took(500, 30.0)
    assert pace.bulk == 250
    pace.bulk_took(100, 1.0)
    assert pace.bulk == 250, "a small request says nothing of large ones"
    pace.bulk_took(250, 1.0)
    assert pace.bulk == 500


@pytest.mark.parametrize("width", [1, 3])
def test_no_more_requests_run_at_once_than_the_width(width):
    running, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(width)

    class Counting(Organisation):
        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            nonlocal running, most
            if "CreateMultiple" not in request.url.path:
                return super().__call__(request)
            with lock:
                running += 1
                most = max(most, running)
            together.wait(5)  # all places are taken before anybody leaves
            with lock:
                answer = super().__call__(request)
                running -= 1
            return answer

    crm = Counting()
    client = crm.client(width=width)
    table = DataverseTable(client, Descriptions(client), "account", ["name"], bulk=10)
    operations = [
        Operation("m", Verb.CREATE, None, uuid4(), Side.CRM, after={"name": str(n)})
        for n in range(60)
    ]
    outcomes = table.write(operations)
    assert {o.ending for o in outcomes} == {Ending.DONE}
    assert most == width
    assert len(crm.rows["accounts"]) == 60
