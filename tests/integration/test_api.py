"""The HTTP API: who may call it, what it answers, what it refuses."""

import base64
from decimal import Decimal
from uuid import uuid4

import pytest

from saumaton.integration import runs
from saumaton.integration.models import Document, Run, RunMapping
from saumaton.integration.reasons import reason
from saumaton.users.keys import make_key
from saumaton.users.models import User
from saumaton.users.permissions import assign

ROOT = "/api/integration/v1"
JSON = "application/json"


@pytest.fixture
def key(db) -> dict[str, str]:
    return signed("robot", "integration")


def signed(name: str, *sets: str) -> dict[str, str]:
    user = User.objects.create_user(name)
    assign(user, *sets)
    text = base64.b64encode(f"{name}:{make_key(user)}".encode()).decode()
    return {"authorization": f"Basic {text}"}


@pytest.fixture
def started(monkeypatch) -> list[tuple[object, ...]]:
    """The jobs that were put in the queue; the queue itself has tests of its own."""
    found: list[tuple[object, ...]] = []
    monkeypatch.setattr(runs.queue, "start", lambda *args, id: found.append((*args, id)))
    return found


def test_nobody_gets_in_without_a_key_or_without_the_permission(client, connection):
    answer = client.get(f"{ROOT}/status")
    assert answer.status_code == 401
    assert "Basic" in answer["WWW-Authenticate"]
    assert client.get(f"{ROOT}/status", headers=signed("reader", "read")).status_code == 403


def test_a_full_synchronisation_is_started_once(client, key, connection, started):
    first = client.post(f"{ROOT}/full-synchronization", headers=key, content_type=JSON)
    second = client.post(f"{ROOT}/full-synchronization", headers=key, content_type=JSON)
    assert (first.status_code, first.json()) == (202, second.json())
    [(job, run_id, names, whole, id)] = started
    assert (job, run_id, whole) == ("integration.synchronise", first.json()["id"], True)
    assert id == run_id
    assert "CUSTOMER" in names


def test_a_run_tells_its_writes(client, key, run):
    RunMapping.objects.create(
        run=run, position=1, name="CUSTOMER", created_crm=3, updated_crm=1, updated_erp=2, done=6
    )
    answer = client.get(f"{ROOT}/runs/{run.pk}", headers=key).json()
    assert (answer["writes_crm"], answer["writes_erp"]) == (4, 2)
    assert answer["mappings"][0]["done"] == 6


def test_orders_are_told_with_totals_and_reasons(client, key, connection):
    taken, refused = uuid4(), uuid4()
    Document.objects.create(
        connection=connection,
        kind="order",
        crm_id=taken,
        crm_number="A",
        erp_id=uuid4(),
        erp_total=Decimal(100),
        crm_total=Decimal("100.50"),
        state="created",
    )
    Document.objects.create(
        connection=connection,
        kind="order",
        crm_id=refused,
        crm_number="B",
        state="refused",
        reasons=[reason("ORD-STATE")],
    )
    both = client.get(f"{ROOT}/orders", headers=key).json()
    assert [(order["crm_number"], order["erp_total"]) for order in both] == [
        ("A", "100"),
        ("B", None),
    ]
    [one] = client.get(f"{ROOT}/orders?crm_id={refused}", headers=key).json()
    assert "not submitted" in one["reasons"][0]


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("get", "full-synchronization", None, 405),
        ("get", "runs/4d3c2b1a-0000-4000-8000-000000000000", None, 404),
        ("post", "mappings/NOTHING/synchronization", None, 404),
        ("get", "couplings?mapping=NOTHING", None, 400),
        ("get", "orders?skip=x", None, 400),
        ("post", "orders/conversion", {"orders": ["no id"]}, 400),
        ("post", "orders/conversion", {"orders": 7}, 400),
        ("post", "setup", {"crm_url": "x"}, 400),
        ("post", "setup", [1], 400),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    client, key, connection, started, method, address, body, status
):
    send = getattr(client, method)
    more = {} if body is None else {"data": body, "content_type": "application/json"}
    answer = send(f"{ROOT}/{address}", headers=key, **more)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert not started


def test_without_a_connection_it_says_so(client, key):
    answer = client.post(f"{ROOT}/full-synchronization", headers=key, content_type=JSON)
    assert answer.status_code == 409
    assert not Run.objects.exists()
