"""Measure the core and the client: `python -m tests.sync.bench`.

The core is timed in memory; the client against the CRM in its own process over HTTPS, beside a bare
loop that sends the same bytes to the same server in the same run.
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from saumaton.dataverse.client import Client, to_json
from saumaton.dataverse.description import Descriptions
from saumaton.dataverse.table import DataverseTable
from saumaton.dataverse.tokens import ClientSecret
from saumaton.site.certificates import ensure_certificates
from saumaton.site.processes import Installation, start_crm, wait_until_serving
from saumaton.sync.model import Base, Field, Links, Mapping, Operation, Pair, Row, Side, Verb
from saumaton.sync.plan import plan
from saumaton.sync.run import begin
from tests.dataverse.test_live_crm import ORGANISATION
from tests.sync.world import world

RECORDS = 20_000
FIELDS = 20
MAPPING = Mapping("m", tuple(Field(f"e{n}", f"c{n}") for n in range(FIELDS)))
TEXTS = (
    *("name", "telephone1", "accountnumber", "emailaddress1", "fax", "websiteurl"),
    *("address1_line1", "address1_line2", "address1_city", "address1_postalcode"),
    *("address1_country", "address1_stateorprovince", "address1_telephone1"),
)


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    work()
    return clock() - started


def values(side: str, number: int) -> dict[str, object]:
    return {f"{side}{n}": f"value {n} {number}" for n in range(FIELDS)}


def core() -> None:
    """Microseconds of this processor a pair of 20 fields, the best of five."""
    gc.disable()  # its pauses grow with what the measure itself keeps alive
    ids = [(uuid4(), uuid4()) for _ in range(RECORDS)]
    rows = [
        (Row(e, values("e", n), "1"), Row(c, values("c", n), "1")) for n, (e, c) in enumerate(ids)
    ]
    bases = [Base(erp.values, crm.values) for erp, crm in rows]
    edited = [Row(erp.id, {**erp.values, "e3": "new"}, "2") for erp, _ in rows]
    kinds = {
        "at rest": [Pair(e, c, e.id, c.id, b) for (e, c), b in zip(rows, bases, strict=True)],
        "one edit": [
            Pair(new, c, new.id, c.id, b)
            for new, (_, c), b in zip(edited, rows, bases, strict=True)
        ],
        "create": [Pair(erp=e) for e, _ in rows],
        "first meeting": [Pair(e, c) for e, c in rows],
    }
    for name, pairs in kinds.items():
        decide = partial(plan, MAPPING, pairs, Links(UUID(int=7)))
        best = min(seconds(decide, time.process_time) for _ in range(5))
        print(f"core, {name:14} {best / RECORDS * 1e6:6.1f} us a pair of {FIELDS} fields")
    gc.enable()


def planning() -> None:
    mapping, tables, memory = world(MAPPING)
    for n in range(RECORDS):
        tables[Side.ERP].edit(UUID(int=n + 1), **values("e", n))
    taken = seconds(lambda: list(begin(mapping, tables, memory).chunks()))
    print(f"plan of {RECORDS} new records, tables in memory: {taken:.2f} s")


def client() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        certificates = ensure_certificates(home / "certificates")
        place = Installation(home, certificates, 0, 0).on_free_ports()
        database = f"sqlite:///{home / 'crm.sqlite3'}"
        subprocess.run([sys.executable, "-c", ORGANISATION, database], check=True)
        process = start_crm(place)
        try:
            wait_until_serving(process, place.crm_url, certificates.authority)
            token_url = f"{place.crm_url}/tenant/oauth2/v2.0/token"
            grant = ClientSecret("saumaton", "secret")
            measure(Client(place.crm_url, token_url, grant, ca_file=str(certificates.authority)))
        finally:
            process.stop()


def measure(client: Client) -> None:
    columns = [*TEXTS, "creditlimit", "customertypecode"]
    table = DataverseTable(client, Descriptions(client), "account", columns)

    def some(first: str) -> list[Operation]:
        return [
            Operation(
                "m",
                Verb.CREATE,
                None,
                uuid4(),
                Side.CRM,
                after={name: f"{name[:8]} {first}{n}" for name in TEXTS}
                | {"creditlimit": Decimal("1234.56"), "customertypecode": 3},
            )
            for n in range(RECORDS)
        ]

    bodies = [
        to_json(
            {
                "Targets": [
                    {
                        "@odata.type": "Microsoft.Dynamics.CRM.account",
                        "accountid": str(o.target),
                        **o.after,
                    }
                    for o in chunk
                ]
            }
        )
        for chunk in chunked(some("b"))
    ]
    path = "accounts/Microsoft.Dynamics.CRM.CreateMultiple"
    bare = seconds(lambda: [client.request("POST", path, body) for body in bodies])
    operations, before = some("a"), client.requests
    ours = seconds(lambda: [table.write(chunk) for chunk in chunked(operations)])
    requests = (client.requests - before) / RECORDS * 1000
    print(
        f"client, creates {RECORDS / ours:8.0f} records/s, {requests:.1f} requests a thousand; "
        f"bare loop {RECORDS / bare:.0f}; ratio {bare / ours:.2f}"
    )
    token = table.changes(None).token
    rows = list(table.fetch([o.target for o in operations[:5000]]))
    changes = [
        Operation("m", Verb.UPDATE, None, row.id, Side.CRM, {}, {"fax": "9"}, row.version)
        for row in rows
    ]
    taken = seconds(lambda: table.write(changes))
    print(f"client, updates {len(changes) / taken:8.0f} records/s, each with its version")
    taken = seconds(lambda: table.changes(token))
    print(f"client, delta of 5000 in {taken:.2f} s")


def chunked(operations: list[Operation]) -> list[list[Operation]]:
    return [operations[n : n + 1000] for n in range(0, len(operations), 1000)]


if __name__ == "__main__":
    core()
    planning()
    client()
