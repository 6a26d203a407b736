"""Lead to cash on one command, as a newcomer runs it: real processes, real HTTP, real databases."""

import csv
import json
import os
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

DEMO = [sys.executable, "-m", "saumaton.site", "demo", "--once"]


def run_demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SAUMATON_HOME": str(home), "COLUMNS": "200"}
    for name in ("SAUMATON_DATABASE", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    return subprocess.run(
        [*DEMO, *options], env=environment, capture_output=True, text=True, timeout=900
    )


def test_the_demo_ends_with_an_invoice_in_the_crm(tmp_path):
    ready = tmp_path / "ready.json"

    shown = run_demo(tmp_path / "home", "--ready", str(ready))

    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Zero writes in the ERP, zero writes in the CRM" in shown.stdout
    assert "The seller sees invoice" in shown.stdout
    told = json.loads(ready.read_text())
    assert ready.stat().st_mode & 0o077 == 0
    assert set(told) == {"crm", "financials", "integration", "pids"}
    assert len(told["pids"]) == 3
    assert {"url", "ca_file", "token_url", "client_id", "client_secret", "users"} <= set(
        told["crm"]
    )


def total_of(northwind: Path) -> Decimal:
    """What the orders' files add up to: lines less discounts, each to the cent, and freight."""

    def rows(name: str) -> list[dict[str, str]]:
        with (northwind / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def cents(amount: Decimal) -> Decimal:
        return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)

    total = sum(Decimal(order["Freight"]) for order in rows("orders.csv"))
    for line in rows("order_details.csv"):
        gross = Decimal(line["UnitPrice"]) * Decimal(line["Quantity"])
        total += cents(gross) - cents(gross * Decimal(line["Discount"]))
    return Decimal(total)


def test_northwind_comes_over_whole_and_every_order_is_converted(tmp_path, northwind):
    shown = run_demo(tmp_path / "home", "--data", str(northwind))

    assert shown.returncode == 0, shown.stdout + shown.stderr
    said = " ".join(shown.stdout.split())
    for count in ("91 CUSTOMER", "91 CONTACT", "77 ITEM-PRODUCT", "9 SALESPEOPLE"):
        assert count in said
    total = f"{total_of(northwind):,.2f}"
    assert f"830 orders with 2155 lines entered and submitted: {total}" in said
    assert f"830 ERP orders, every total equal to the cent: {total}" in said
    assert "Zero writes in the ERP, zero writes in the CRM" in said


def test_bad_input_stops_the_demo_and_names_file_line_and_column(tmp_path, northwind):
    data = tmp_path / "data"
    data.mkdir()
    for file in northwind.glob("*.csv"):
        (data / file.name).write_bytes(file.read_bytes())
    products = (data / "products.csv").read_text().splitlines()
    products[5] = products[5].replace(",21.35,", ",21.3x5,")
    (data / "products.csv").write_text("\n".join(products))

    shown = run_demo(tmp_path / "home", "--data", str(data))

    assert shown.returncode == 1
    assert "products.csv" in shown.stdout
    assert "line 6" in shown.stdout
    assert "UnitPrice" in shown.stdout
