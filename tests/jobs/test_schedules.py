"""Recurring work is started when it is due, once."""

from datetime import UTC, datetime, timedelta

import pytest

from saumaton.jobs import schedules
from saumaton.jobs.models import Schedule

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def calls(db, monkeypatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(schedules, "WORK", {})
    schedules.every("tidy", minutes=30)(lambda: found.append("tidy"))
    return found


def test_work_waits_its_first_turn_and_then_comes_again(calls):
    assert schedules.start_due(NOW) == []
    assert schedules.start_due(NOW + timedelta(minutes=29)) == []
    assert schedules.start_due(NOW + timedelta(minutes=30)) == ["tidy"]
    assert schedules.start_due(NOW + timedelta(minutes=31)) == []
    assert schedules.start_due(NOW + timedelta(minutes=60)) == ["tidy"]
    assert calls == ["tidy", "tidy"]


def test_what_is_on_hold_is_not_started(calls):
    schedules.start_due(NOW)
    Schedule.objects.update(on_hold=True)
    assert schedules.start_due(NOW + timedelta(hours=9)) == []


def test_the_interval_a_person_sets_holds(calls):
    schedules.start_due(NOW)
    Schedule.objects.update(minutes=5, due_at=NOW)
    assert schedules.start_due(NOW) == ["tidy"]
    assert schedules.start_due(NOW + timedelta(minutes=5)) == ["tidy"]


def test_of_two_workers_one_starts_it(calls, monkeypatch):
    schedules.start_due(NOW)
    Schedule.objects.update(due_at=NOW)
    read = Schedule.objects.get_or_create

    def read_while_another_claims(**known):
        found = read(**known)
        Schedule.objects.update(due_at=NOW + timedelta(minutes=30))
        return found

    monkeypatch.setattr(Schedule.objects, "get_or_create", read_while_another_claims)
    assert schedules.start_due(NOW) == []


@pytest.mark.parametrize("address", ["/list/schedule/", "/card/schedule/tidy/"])
def test_the_job_queue_entries_open(calls, client, django_user_model, address):
    from saumaton.users.permissions import assign

    schedules.start_due(NOW)
    person = django_user_model.objects.create_user("ada")
    assign(person, "administrator")
    client.force_login(person)
    assert "tidy" in client.get(address).content.decode()
