"""The integration's windows, in both languages."""

import pytest
from django.urls import reverse

from saumaton.integration.models import (
    Document,
    JournalEntry,
    Pending,
    Run,
    RunMapping,
)
from saumaton.integration.reasons import reason
from saumaton.integration.values import to_text
from saumaton.users.models import User
from saumaton.users.permissions import assign


@pytest.fixture
def person(db):
    person = User.objects.create_user("ada", password="correct horse")
    assign(person, "administrator")
    return person


@pytest.fixture
def browser(client, person, company):
    client.force_login(person)
    return client


@pytest.fixture
def history(connection, company):
    """A plan that is ready, an order that was refused, a record that waits."""
    from uuid import uuid4

    run = Run.objects.create(connection=connection, kind=Run.Kind.FULL, state=Run.State.READY)
    RunMapping.objects.create(
        run=run, position=1, name="CUSTOMER", total=2, alarms=["updates 9 of 10"]
    )
    JournalEntry.objects.create(
        run=run,
        mapping="CUSTOMER",
        number=1,
        verb="update",
        side="crm",
        before=to_text({"name": "Aalto"}),
        after=to_text({"name": "Aalto <Oy>"}),
    )
    Pending.objects.create(
        connection=connection,
        mapping="CUSTOMER",
        side="erp",
        record=uuid4(),
        ending="held",
        cause="waiting",
        reason="SALESPEOPLE has no counterpart yet",
        since="2026-01-01T00:00Z",
    )
    Document.objects.create(
        connection=connection,
        kind="order",
        crm_id=uuid4(),
        crm_number="ORD-7",
        state="refused",
        reasons=[reason("LIN-BLOCKED", line=1, number="I9")],
    )
    return run


WINDOWS = (
    "/",
    "/integration/connection/",
    "/integration/review/",
    "/integration/mappings/",
    "/integration/mappings/ITEM-PRODUCT/",
    "/list/synchronisation_job/",
    "/list/pending/",
    "/list/crm_order/",
    "/setup/crm-connection/",
)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("address", WINDOWS)
def test_every_window_opens_in_both_languages(browser, history, address, language):
    browser.cookies["language"] = language
    assert browser.get(address).status_code == 200


def test_the_review_shows_the_plan_and_its_alarms(browser, history):
    text = browser.get("/integration/review/").content.decode()
    assert "CUSTOMER" in text
    assert "updates 9 of 10" in text
    assert reverse("integration:run_action", args=[history.pk, "start"]) in text


def test_a_job_shows_old_and_new_values_without_letting_them_be_markup(browser, history):
    text = browser.get(f"/integration/jobs/{history.pk}/?mapping=CUSTOMER").content.decode()
    assert "Aalto → Aalto &lt;Oy&gt;" in text


def test_a_refused_order_says_why_and_a_waiting_record_what_resolves_it(browser, history):
    assert "I9 on line 1 is blocked" in browser.get("/list/crm_order/").content.decode()
    assert "Couple what it points at" in browser.get("/list/pending/").content.decode()


def test_who_may_not_integrate_sees_none_of_it(client, db, history):
    reader = User.objects.create_user("rob", password="correct horse")
    assign(reader, "read")
    client.force_login(reader)
    for address in WINDOWS[1:5]:
        assert client.get(address).status_code == 403
    assert client.post(f"/integration/jobs/{history.pk}/start/").status_code == 403


def test_nothing_is_done_without_a_token_against_forged_requests(person, history):
    from django.test import Client

    forging = Client(enforce_csrf_checks=True)
    forging.force_login(person)
    for address in ("/integration/review/plan/", "/integration/connection/disable/"):
        assert forging.post(address).status_code == 403
