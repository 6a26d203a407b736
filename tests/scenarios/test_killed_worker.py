"""kill -9 of the worker in the middle of a full synchronisation: it goes on by itself."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from saumaton.site.processes import start_worker
from tests.scenarios.prepared import Prepared, prepared

pytestmark = pytest.mark.server

CUSTOMERS = 3000
IMPORT = """
name = "Many customers"

[company]
name = "Many Customers Oy"
country = "FI"
lcy_code = "EUR"

[[table]]
table = "customer"
file = "customers.csv"
[table.fields]
number = "Number"
name = "Name"
city = "City"
"""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company with enough customers for a worker to be killed in their midst."""
    folder = tmp_path / "company"
    folder.mkdir()
    with (folder / "customers.csv").open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["Number", "Name", "City"])
        rows.writerows([f"C{n:05}", f"Customer {n:05} Öy", "Tampere"] for n in range(CUSTOMERS))
    (folder / "import.toml").write_text(IMPORT)
    return folder


def customers_done(run: dict) -> int:
    return next((line["done"] for line in run["mappings"] if line["name"] == "CUSTOMER"), 0)


def wait_for(prepared: Prepared, run_id: str, reached, within_seconds: float = 300) -> dict:
    integration = prepared.integration()
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        run = integration.get(f"runs/{run_id}")
        if reached(run):
            return run
        time.sleep(0.01)
    raise AssertionError(f"not reached: {run}")


def test_a_killed_worker_goes_on_and_leaves_no_duplicate_and_no_gap(tmp_path, company):
    with prepared(tmp_path / "home", company) as office:
        office.connect()
        run = office.integration().post("full-synchronization")
        started = wait_for(office, run["id"], lambda run: customers_done(run) > 0)
        assert started["state"] == "running", "the run was over before it could be killed"

        office.serving.workers[0].kill()
        midway = office.integration().get(f"runs/{run['id']}")
        office.serving.workers[0] = start_worker(office.installation)
        ended = wait_for(office, run["id"], lambda run: run["state"] not in ("planned", "running"))

        assert 0 < customers_done(midway) < CUSTOMERS
        assert ended["state"] == "finished"
        names = Counter(row["name"] for row in office.crm().all("accounts?$select=name"))
        assert len(names) == CUSTOMERS
        assert set(names.values()) == {1}
        again = office.integration().post("full-synchronization")
        rest = wait_for(office, again["id"], lambda run: run["state"] == "finished")
        assert (rest["writes_erp"], rest["writes_crm"]) == (0, 0)
