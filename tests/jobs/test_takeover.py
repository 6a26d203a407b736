"""A living worker goes on with the jobs of one that is gone for good."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from saumaton.jobs import worker
from saumaton.jobs.models import Worker


@pytest.fixture
def recovered(monkeypatch) -> list[list[str]]:
    """What DBOS was asked to recover; that it does so is shown by the tests of killed workers."""
    import dbos

    found: list[list[str]] = []
    monkeypatch.setattr(dbos.DBOS, "_recover_pending_workflows", found.append)
    return found


def seen(slot: int, seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Worker.objects.create(slot=slot, process=uuid4(), seen_at=at)


def test_the_silent_are_taken_over_and_the_living_are_not(db, recovered):
    seen(1, 0)
    seen(2, 60)
    seen(3, 5)
    assert worker.take_over_from_the_dead(1) == [2]
    assert recovered == [["worker-2"]]


def test_one_worker_alone_takes_over(db, recovered):
    seen(2, 60)
    assert worker.take_over_from_the_dead(1) == [2]
    assert worker.take_over_from_the_dead(3) == []


def test_a_worker_does_not_take_over_from_itself(db, recovered):
    seen(1, 60)
    assert worker.take_over_from_the_dead(1) == []
    worker.beat(1, uuid4())
    assert worker.take_over_from_the_dead(2) == []
