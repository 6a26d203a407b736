"""A random history from a seed: people edit, the network fails, the process dies, tokens expire.

The whole engine takes part: the Dataverse client and table over bytes, a Dataverse in memory, the
ERP and the engine's memory in SQLite, and a clock that moves only while somebody sleeps.
"""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

import httpx2

from saumaton.dataverse.client import Client
from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.sync.gather import Tables
from saumaton.sync.model import (
    Choice,
    Field,
    Lookup,
    Mapping,
    OnDelete,
    Operation,
    Row,
    Side,
    Value,
    Verb,
    Winner,
)
from saumaton.sync.ports import Busy
from saumaton.sync.run import run
from tests.dataverse.organisation import Organisation
from tests.sync.simulator.store import ErpTable, SqliteMemory, Store
from tests.sync.world import Crash

ERP, CRM = Side.ERP, Side.CRM
TO_CRM = frozenset({CRM})
NAMES = ["Contoso", "Fabrikam Oy", "Müller & Söhne", "O'Hara", "株式会社", "x" * 12, None]
PHONES = ["1", "22", "+358 9 123", None]
LIMITS = [Decimal("0.10"), Decimal("12345678901234.5678"), Decimal("7"), None]
BLOCKED = [None, "all"]


def cut(text: Value) -> Value:
    return text[:10] if isinstance(text, str) else None


def mappings(dice: random.Random) -> dict[str, Mapping]:
    policies: dict[str, Any] = {
        "on_conflict": dice.choice([None, ERP, CRM, Winner.ASK]),
        "on_delete": dice.choice(list(OnDelete)),
        "leader": dice.choice(list(Side)),
    }
    customer = (
        Field("name", "name", to_crm=cut),
        Field("phone", "telephone1", flow=dice.choice([TO_CRM, frozenset(Side)])),
        Field("limit", "creditlimit"),
        Choice("blocked", "statecode", codes={None: 0, "all": 1}),
        Lookup("contact", "primarycontactid", to="contact", late=True),
    )
    contact = (
        Field("name", "name"),
        Lookup("customer", "parentcustomerid", to="customer"),
    )
    return {
        "customer": Mapping("customer", customer, "customer", "account", **policies),
        "contact": Mapping("contact", contact, "contact", "contact", **policies),
    }


@dataclass
class History:
    """One office, its people and its bad luck."""

    seed: int
    trouble: bool = False
    seconds: float = 0.0
    throttled_until: float = 0.0
    too_early: int = 0
    added: dict[str, int] = field(default_factory=lambda: {"customer": 0, "contact": 0})
    deleted: bool = False
    planned: list[Operation] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.mappings = mappings(self.dice)
        self.store = Store(self.step)
        self.crm = Organisation(before=self.before, after=self.after)
        self.erp = {
            "customer": ErpTable(self.store, "customer", (("contact", "customer"),)),
            "contact": ErpTable(self.store, "contact", (("customer", "contact"),)),
        }
        self.crm.overwritten = self.store.overwritten
        self.started()

    def started(self) -> None:
        """A process starts: nothing is left of the one before but what is stored."""
        self.store.die()
        self.memory = SqliteMemory(self.store)
        self.tables: dict[str, Tables] | None = None

    def connect(self) -> dict[str, Tables]:
        client: Client = self.crm.client(
            now=self.now, sleep=self.sleep, jitter=self.dice.random, width=1
        )
        descriptions = Descriptions(client)
        bulk = self.dice.choice([2, 3, 1000])
        found: dict[str, Tables] = {}
        for name, mapping in self.mappings.items():
            columns = [f.crm for f in mapping.fields]
            targets = {"parentcustomerid": "account"}
            table = DataverseTable(
                client, descriptions, mapping.crm_table, columns, targets, bulk=bulk
            )
            found[name] = {ERP: self.erp[name], CRM: table}
        return found

    # bad luck

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def step(self, what: str) -> None:
        if self.trouble and self.dice.random() < 0.02:
            raise Crash(what)

    def before(self, request: httpx2.Request) -> httpx2.Response | None:
        if self.seconds < self.throttled_until:
            self.too_early += 1
        if not self.trouble:
            return None
        if self.store.within == 0 and self.dice.random() < 0.1:
            self.person()
        luck = self.dice.random()
        if luck < 0.02:
            raise Crash("before a request")
        if luck < 0.05:
            raise httpx2.ConnectError("refused")
        if luck < 0.10:
            return httpx2.Response(503)
        if luck < 0.15:
            wait = self.dice.randint(1, 60)
            self.throttled_until = self.seconds + wait
            return httpx2.Response(429, headers={"retry-after": str(wait)})
        if luck < 0.16:
            return httpx2.Response(200, html="<html>Please sign in</html>")
        return None

    def after(self, request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
        if not self.trouble:
            return answer
        luck = self.dice.random()
        if luck < 0.02:
            raise Crash("after a request")
        if luck < 0.12:
            raise httpx2.ReadTimeout("the answer is lost")
        if luck < 0.14:
            half = answer.content[: len(answer.content) // 2]
            return httpx2.Response(answer.status_code, content=half, headers=answer.headers)
        return answer

    # people

    def person(self) -> None:
        """Somebody adds, edits or deletes a record, somewhere; people have no bad luck here."""
        trouble, self.trouble = self.trouble, False
        self.act()
        self.trouble = trouble

    def act(self) -> None:
        name = self.dice.choice(list(self.mappings))
        side = self.dice.choice(list(Side))
        there = sorted(self.rows(name, side))
        luck = self.dice.random()
        if not there or luck < 0.35:
            self.added[name] += 1
            self.save(name, side, UUID(int=self.dice.getrandbits(128)), everything=True)
        elif luck < 0.93:
            self.save(name, side, self.dice.choice(there), everything=False)
        else:
            self.deleted = True
            id = self.dice.choice(there)
            self.told.append(f"delete {name} {side.value} {id}")
            if side is ERP:
                self.erp[name].remove(id)
            else:
                self.crm_remove(name, id)

    def save(self, name: str, side: Side, id: UUID, *, everything: bool) -> None:
        values: dict[str, Value] = {"name": self.dice.choice(NAMES)}
        others = self.rows("contact" if name == "customer" else "customer", side)
        if name == "customer":
            values |= {
                "phone": self.dice.choice(PHONES),
                "limit": self.dice.choice(LIMITS),
                "blocked": self.dice.choice(BLOCKED),
                "contact": self.dice.choice([None, *sorted(others)]),
            }
        else:
            values["customer"] = self.dice.choice([None, *sorted(others)])
        if not everything:
            only = self.dice.sample(sorted(values), 1)
            values = {n: values[n] for n in only}
        self.told.append(f"save {name} {side.value} {id} {values}")
        if side is ERP:
            old = self.rows(name, ERP).get(id)
            self.erp[name].put(id, {**(old.values if old else {}), **values})
        else:
            self.crm_save(name, id, values)

    def crm_save(self, name: str, id: UUID, values: dict[str, Value]) -> None:
        """What a person means, in the CRM's words, past the network."""
        row: dict[str, Any] = {}
        for f in self.mappings[name].fields:
            if f.erp not in values:
                continue
            value = values[f.erp]
            if isinstance(f, Lookup):
                row[f"_{f.crm}_value"] = str(value) if value else None
            elif isinstance(f, Choice):
                row[f.crm] = f.codes[value]
            else:
                row[f.crm] = cut(value) if f.erp == "name" else value
        self.crm.edit(id, self.entity_set(name), **row)

    def crm_remove(self, name: str, id: UUID) -> None:
        self.crm.remove(self.entity_set(name), id)

    def entity_set(self, name: str) -> str:
        return self.mappings[name].crm_table + "s"

    def rows(self, name: str, side: Side) -> dict[UUID, Row]:
        if side is ERP:
            return self.erp[name].all()
        found = {}
        for row in self.crm.rows[self.entity_set(name)].values():
            values: dict[str, Value] = {}
            for f in self.mappings[name].fields:
                raw = row.get(f"_{f.crm}_value" if isinstance(f, Lookup) else f.crm)
                values[f.crm] = UUID(raw) if raw and isinstance(f, Lookup) else raw
            id = UUID(row[f"{self.mappings[name].crm_table}id"])
            found[id] = Row(id, values, "")
        return found

    # the engine

    def attempt(self) -> None:
        """One run of all mappings, which may be cut off; a process that died starts anew."""
        try:
            self.run()
        except Crash as death:
            self.told.append(f"crash {death}")
            self.started()
        except Busy as busy:
            self.told.append(f"busy {busy}")
        except Exception as other:  # a login page instead of the Web API
            self.told.append(f"stopped: {other}")

    def run(self) -> tuple[Operation, ...]:
        if self.tables is None:
            self.tables = self.connect()
        done = [
            run(mapping, self.tables[name], self.memory, self.review)
            for name, mapping in self.mappings.items()
        ]
        return tuple(chain.from_iterable(done))

    def review(self, operations: tuple[Operation, ...]) -> tuple[Operation, ...]:
        self.planned += operations  # a plan is stored before it is applied
        return operations

    def live(self) -> None:
        """Let things happen: edits, runs, expiries, in any order."""
        self.trouble = True
        for _ in range(self.dice.randint(5, 16)):
            luck = self.dice.random()
            if luck < 0.6:
                self.person()
            elif luck < 0.92:
                self.attempt()
            elif luck < 0.96:
                self.crm.forgets_before = len(self.crm.log)
            else:
                self.erp[self.dice.choice(list(self.erp))].forgetful = True

    def rest(self) -> None:
        """The weather clears and people go home: a few quiet runs."""
        self.trouble = False
        self.sleep(3600)
        for _ in range(6):
            self.run()

    def writes(self, operations: tuple[Operation, ...]) -> list[Operation]:
        return [o for o in operations if o.verb is not Verb.HOLD]
