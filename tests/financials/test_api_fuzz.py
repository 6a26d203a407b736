"""Whatever a program sends, the answer is an answer: never a server error, never half done."""

import random
import string

import pytest

from saumaton.financials.api.entities import ENTITIES
from saumaton.financials.models import Customer

from . import world
from .test_api import Program

pytestmark = pytest.mark.django_db
VALUES = [
    None, "", "x", "x" * 5000, "\x00", "ä" * 30, "0001-01-01", "2026-02-30", "9999-12-31", 0, -1, 1,
    2**31, 2**63, 10**30, 1.5, 1e-9, 9999999999.99999, -9999999999, True, False, [], [1], [{}], {},
    {"a": 1}, "00000000-0000-0000-0000-000000000000", "11111111-1111-1111-1111-111111111111",
    "Item", "_x0020_", "C1", "I1", "' or 1=1 --", "{{7*7}}", "\ud800",
]  # fmt: skip
OPERATORS = ["eq", "ne", "gt", "ge", "lt", "le", "in", "has", "and", "or"]


@pytest.fixture
def api():
    world.company()
    world.customer()
    world.item(stock=5)
    return Program("accountant", "administrator")


@pytest.mark.parametrize("seed", range(4))
def test_bodies_of_any_kind_are_answered(api, seed):
    chance = random.Random(seed)
    writable = [name for name, entity in ENTITIES.items() if entity.create]
    for _ in range(60):
        entity = ENTITIES[chance.choice(writable)]
        names = [*(p.name for p in entity.properties), *entity.navigations, "nope"]
        body = {chance.choice(names): chance.choice(VALUES) for _ in range(chance.randint(1, 5))}
        if "displayName" in names and chance.random() < 0.5:
            body["displayName"] = "A"
        if entity.name.startswith("sales"):
            body["customerNumber" if "customerNumber" in names else "description"] = "C1"
        answer = api("POST", entity.name, body)
        assert api.last.status_code < 500, (entity.name, body, answer)


@pytest.mark.parametrize("seed", range(2))
def test_changes_of_any_kind_are_answered(api, seed):
    chance = random.Random(seed)
    order = world.order(Customer.objects.get(), (world.item("I2"), 2))
    line = order.lines.get()
    places = {
        f"salesOrders({order.pk})": ENTITIES["salesOrders"],
        f"salesOrderLines({line.pk})": ENTITIES["salesOrderLines"],
        f"customers({order.customer_id})": ENTITIES["customers"],
        f"items({line.item_id})": ENTITIES["items"],
    }
    for _ in range(60):
        address = chance.choice(list(places))
        names = [property.name for property in places[address].properties]
        body = {chance.choice(names): chance.choice(VALUES) for _ in range(chance.randint(1, 3))}
        answer = api("PATCH", address, body, **{"If-Match": "*"})
        assert api.last.status_code < 500, (address, body, answer)


@pytest.mark.parametrize("seed", range(2))
def test_queries_of_any_kind_are_answered(api, seed):
    chance = random.Random(seed)
    for _ in range(80):
        entity = ENTITIES[chance.choice(list(ENTITIES))]
        names = [property.name for property in entity.properties]
        literal = chance.choice(
            [
                "1",
                "'x'",
                "null",
                "true",
                "2026-01-01",
                "1e400",
                "99999999999999999999",
                "11111111-1111-1111-1111-111111111111",
                "('a','b')",
                "(1,2)",
                "-1",
                "'%_\\'",
            ]
        )
        texts = [
            f"$filter={chance.choice(names)} {chance.choice(OPERATORS)} {literal}",
            f"$filter=contains({chance.choice(names)},{literal})",
            f"$orderby={chance.choice(names)} {chance.choice(['asc', 'desc', 'up'])}",
            f"$select={chance.choice(names)},{chance.choice([*names, 'nope'])}",
            f"$expand={chance.choice([*entity.navigations, 'nope'])}",
            f"$top={literal}&$skip={literal}",
            "$filter=" + "".join(chance.choice(string.printable[:95]) for _ in range(2)),
        ]
        query = chance.choice(texts).replace("#", "%23")
        answer = api("GET", f"{entity.name}?{query}")
        assert api.last.status_code < 500, (entity.name, query, answer)


def test_an_amount_too_large_to_keep_is_refused(api):
    order = world.order(Customer.objects.get(), (world.item("I2"), 2))
    line = order.lines.get()
    for body in ({"quantity": 9999999999}, {"unitPrice": 9999999999}):
        api.error("PATCH", f"salesOrderLines({line.pk})", body, **{"If-Match": "*"})
    body = {"customerNumber": "C1", "salesOrderLines": [{"itemId": str(line.item_id)}]}
    body["salesOrderLines"][0]["quantity"] = 9999999999
    assert api.error("POST", "salesOrders", body) == "Application_DialogException"
    assert api("GET", f"salesOrders({order.pk})")["totalAmountExcludingTax"] == 200
