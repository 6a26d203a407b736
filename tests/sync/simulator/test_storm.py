"""Many creates in bad weather, and plans that are applied exactly as they were shown."""

import random
from uuid import UUID

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.sync.model import Field, Mapping, OnDelete, Side, Verb, Winner
from saumaton.sync.plan import fingerprint
from saumaton.sync.ports import Busy, Ending
from saumaton.sync.run import apply, begin, run
from tests.dataverse.organisation import Organisation
from tests.sync.simulator.store import ErpTable, SqliteMemory, Store
from tests.sync.world import Crash, world

RECORDS = 20_000
ERP, CRM = Side.ERP, Side.CRM
MAPPING = Mapping("customer", (Field("name", "name"), Field("phone", "telephone1")))


class Weather:
    """10 % of answers lost after the commit, 5 % 503, 5 % 429, and three kills."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.seconds = 0.0
        self.kills = {12, 19, 27}
        self.requests = 0

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def before(self, request: httpx2.Request) -> httpx2.Response | None:
        self.requests += 1
        if self.requests in self.kills:
            raise Crash("killed")
        luck = self.dice.random()
        if luck < 0.05:
            return httpx2.Response(503)
        return httpx2.Response(429, headers={"retry-after": "3"}) if luck < 0.10 else None

    def after(self, request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
        if self.dice.random() < 0.10:
            raise httpx2.ReadTimeout("lost")
        return answer


@pytest.mark.parametrize("seed", [1])
def test_f02_f04_f09_a_load_in_bad_weather_doubles_and_misses_nothing(seed):
    store, weather = Store(), Weather(seed)
    erp = ErpTable(store, "customer")
    with store.together():
        for n in range(1, RECORDS + 1):
            erp.put(UUID(int=n), {"name": f"Customer {n}", "phone": str(n)})
    crm = Organisation(before=weather.before, after=weather.after)
    deaths = 0
    for _ in range(20):  # a worker that dies is started again; nobody does anything by hand
        client = crm.client(sleep=weather.sleep, now=lambda: weather.seconds, width=1)
        memory = SqliteMemory(store)
        try:
            columns = ["name", "telephone1"]
            table = DataverseTable(client, Descriptions(client), "account", columns)
            if not run(MAPPING, {ERP: erp, CRM: table}, memory):
                break
        except Crash:
            deaths += 1
            store.die()
        except Busy:
            weather.sleep(60)
    assert deaths == 3
    assert crm.creates == len(crm.rows["accounts"]) == RECORDS
    wanted = {(f"Customer {n}", str(n)) for n in range(1, RECORDS + 1)}
    assert {(r["name"], r["telephone1"]) for r in crm.rows["accounts"].values()} == wanted
    assert len(memory.known("customer")) == RECORDS


edits = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.integers(0, 5),
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["x", "y", None]),
        st.booleans(),
    ),
    max_size=14,
)


@given(edits, edits, st.sampled_from([None, Winner.ASK, *Side]), st.sampled_from(OnDelete))
@settings(max_examples=1000, deadline=None)
def test_a_plan_without_edits_in_between_makes_exactly_the_planned_writes(
    before, after, winner, on_delete
):
    fields = Field("e0", "c0"), Field("e1", "c1")
    mapping, tables, memory = world(Mapping("m", fields, on_conflict=winner, on_delete=on_delete))

    def edit(some):
        for side, n, first, second, deleted in some:
            there = [UUID(int=n + 1 + 100 * (side is CRM)), *sorted(tables[side].rows)]
            id = there[n % len(there)]
            if deleted and id in tables[side].rows:
                tables[side].remove(id)
            else:
                names = ("e0", "e1") if side is ERP else ("c0", "c1")
                tables[side].edit(id, **dict(zip(names, (first, second), strict=True)))

    edit(before)
    run(mapping, tables, memory)
    edit(after)
    shown = [o for chunk in begin(mapping, tables, memory).chunks() for o in chunk]
    again = [o for chunk in begin(mapping, tables, memory).chunks() for o in chunk]
    assert fingerprint(shown) == fingerprint(again), "looking changes nothing"
    writes = {side: table.writes for side, table in tables.items()}
    outcomes = apply(shown, tables, memory)
    for side, table in tables.items():
        planned = [o for o in shown if o.side is side]
        assert table.writes - writes[side] == len(planned)
        for o in planned:
            if o.verb is Verb.DELETE:
                assert o.target not in table.rows
            else:
                row = table.rows[o.target].values
                assert {n: row.get(n) for n in o.after} == dict(o.after)
    endings = {Ending.HELD if o.verb is Verb.HOLD else Ending.DONE for o in shown}
    assert {outcome.ending for outcome in outcomes} == endings
