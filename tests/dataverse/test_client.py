"""One request: signed in, patient, and wary of what comes back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import uuid4

import httpx2
import pytest

from saumaton.dataverse.client import Client, Garbled, Rejected, retry_after
from saumaton.dataverse.tokens import ClientSecret
from saumaton.sync.model import Operation, Side, Verb
from saumaton.sync.ports import Busy, Ending, Misconfigured
from tests.dataverse.organisation import BASE, URL, Organisation


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    seconds: float = 0.0
    naps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds


def answers(*replies: httpx2.Response | Exception) -> Callable[..., httpx2.Response | None]:
    """A fault script: these come first, then the organisation itself."""
    script = list(replies)

    def before(request: httpx2.Request) -> httpx2.Response | None:
        reply = script.pop(0) if script else None
        if isinstance(reply, Exception):
            raise reply
        return reply

    return before


def office(*replies: httpx2.Response | Exception) -> tuple[Organisation, Clock, Client]:
    crm, clock = Organisation(before=answers(*replies)), Clock()
    return crm, clock, crm.client(now=clock.now, sleep=clock.sleep, jitter=lambda: 0.5)


def busy(status: int = 429, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json={"error": {"code": "0", "message": "slow"}}, headers=named)


def test_f07_a_throttled_request_waits_as_told():
    crm, clock, client = office(busy(retry_after="17"), busy(retry_after="300"))
    with pytest.raises(Busy) as caught:
        client.get("accounts?$select=name")
    assert caught.value.retry_after_seconds == 300
    assert clock.seconds == 17
    assert crm.asked.count("GET accounts") == 2, "nobody asks before the time"


def test_f07_who_gave_up_keeps_the_door_shut_for_the_next():
    """Found by the simulator, seed 6200: the next request came before Retry-After was over."""
    crm, clock, client = office(*[busy(retry_after="40")] * 6)
    with pytest.raises(Busy):
        client.get("accounts?$select=name")
    before = clock.seconds
    client.get("accounts?$select=name")
    assert clock.seconds == before + 40
    crm.before = answers(busy(retry_after="3600"))
    for _ in range(2):
        with pytest.raises(Busy) as caught:
            client.get("accounts?$select=name")
        assert caught.value.retry_after_seconds == 3600
    assert crm.asked.count("GET accounts") == 8


def test_f07_a_told_date_counts_and_a_missing_one_backs_off():
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after({"retry-after": in_a_minute}) == pytest.approx(60, abs=2)
    assert retry_after({"retry-after": "soon"}) is retry_after({}) is None
    _, clock, client = office(busy(), busy(), busy())
    client.get("accounts?$select=name")
    assert clock.naps == [1.0, 2.0, 4.0]


def test_f09_an_outage_is_waited_out():
    _, clock, client = office(busy(503), httpx2.ConnectError("refused"), busy(502))
    assert client.get("accounts?$select=name").json()["value"] == []
    assert len(clock.naps) == 3


def test_f09_an_outage_without_end_is_busy():
    _, clock, client = office(*[busy(503)] * 50)
    with pytest.raises(Busy, match="slow"):
        client.get("accounts?$select=name")
    assert clock.seconds < 300


@pytest.mark.parametrize("problem", [httpx2.ReadTimeout, httpx2.RemoteProtocolError])
def test_f10_what_may_have_been_done_is_not_sent_again_unless_it_may(problem):
    crm, _, client = office(problem("lost"), problem("lost"))
    with pytest.raises(Busy):
        client.request("POST", "accounts", b"{}", repeatable=False)
    assert crm.asked.count("POST accounts") == 1


def test_a_token_that_is_refused_is_renewed_once():
    crm, _, client = office(busy(401))
    client.get("accounts?$select=name")
    assert crm.tokens == 2
    crm.before = answers(busy(401), busy(401))
    with pytest.raises(Misconfigured, match="does not accept"):
        client.get("accounts?$select=name")


def test_a_token_is_renewed_before_it_runs_out():
    crm, clock, client = office()
    client.get("accounts?$select=name")
    clock.seconds = 3500
    client.get("accounts?$select=name")
    clock.seconds = 3600
    client.get("accounts?$select=name")
    assert crm.tokens == 2


def test_wrong_credentials_say_so_and_no_secret_is_shown():
    def refuse(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(401, json={"error": "invalid_client", "error_description": "No."})

    grant = ClientSecret("app", "hunter2")
    client = Client(URL, f"{URL}/token", grant, transport=httpx2.MockTransport(refuse))
    with pytest.raises(Misconfigured, match="does not sign in “app”: No.") as caught:
        client.get("accounts")
    assert "hunter2" not in repr(caught.value) + repr(grant)


def page(**said: object) -> httpx2.Response:
    return httpx2.Response(200, json=said)


LOOP = f"{BASE}accounts?$skiptoken=1"
ROW = {"accountid": str(uuid4()), "name": "a", "@odata.etag": 'W/"1"'}
F11 = {
    "a login page with 200": (
        httpx2.Response(200, html="<html>Sign in</html>"),
        Misconfigured,
        "text/html",
    ),
    "an empty 200": (httpx2.Response(200), Misconfigured, "nothing where JSON is due"),
    "truncated JSON": (
        httpx2.Response(200, content=b'{"value":[', headers={"content-type": "application/json"}),
        Garbled,
        "cut off",
    ),
    "no value": (page(rows=[]), Garbled, "without rows"),
    "a list": (httpx2.Response(200, json=[]), Garbled, "another shape"),
    "a row without a key": (page(value=[{"name": "a"}]), Garbled, "without an id"),
    "an empty page that leads on": (
        page(value=[], **{"@odata.nextLink": LOOP}),
        Garbled,
        "empty page",
    ),
    "a link to another server": (
        page(value=[ROW], **{"@odata.nextLink": "https://evil.example/x"}),
        Garbled,
        "another server",
    ),
}


@pytest.mark.parametrize("what", F11)
def test_f11_a_garbled_answer_is_reported_and_nothing_is_concluded(what):
    reply, error, sentence = F11[what]
    crm = Organisation()
    table = crm.table()
    crm.before = answers(reply)
    with pytest.raises(error, match=sentence):
        table.changes(None)


def test_f11_a_login_page_is_no_proof_that_records_were_made():
    """Found by the simulator, seed 124: a copy that was never made counted as done."""
    crm = Organisation()
    table = crm.table()
    crm.before = answers(httpx2.Response(200, html="<html>Sign in</html>"))
    made = Operation("m", Verb.CREATE, None, uuid4(), Side.CRM, after={"name": "a"})
    with pytest.raises(Misconfigured):
        table.write([made])
    crm.before = answers(page(Ids=[]))
    [outcome] = table.write([made])
    assert outcome.ending is Ending.BUSY


def test_f11_a_page_that_leads_to_itself_is_cut():
    crm = Organisation()
    table = crm.table()
    crm.before = lambda request: page(value=[ROW], **{"@odata.nextLink": LOOP})
    with pytest.raises(Garbled, match="leads to itself"):
        table.changes(None)


def test_f11_a_batch_with_fewer_answers_is_not_believed():
    crm = Organisation()
    table = crm.table()
    crm.after = lambda request, answer: (
        httpx2.Response(
            200,
            content=answer.content[: len(answer.content) // 2],
            headers=answer.headers,
        )
        if request.url.path.endswith("$batch")
        else answer
    )
    id = uuid4()
    crm.edit(id, name="a")
    [outcome] = table.write(
        [Operation("m", Verb.UPDATE, None, id, Side.CRM, after={"name": "b"}, version='W/"1"')]
    )
    assert outcome.ending is Ending.BUSY, "it may have been written: the next run finds out"


def test_a_no_carries_the_servers_sentence():
    _, _, client = office()
    with pytest.raises(Rejected, match="Resource not found") as caught:
        client.get("unknown(1)/x")
    assert (caught.value.status, caught.value.code) == (404, "0x8006088a")


def test_f09_creates_while_the_crm_is_down_are_busy_and_cost_few_requests():
    crm = Organisation()
    table = crm.table(sleep=lambda seconds: None)
    crm.before = lambda request: busy(500)
    before = len(crm.asked)
    operations = [
        Operation("m", Verb.CREATE, None, uuid4(), Side.CRM, after={"name": "a"})
        for _ in range(1000)
    ]
    outcomes = table.write(operations)
    assert {o.ending for o in outcomes} == {Ending.BUSY}
    assert len(crm.asked) - before <= 12
