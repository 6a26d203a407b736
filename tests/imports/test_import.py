"""What an import takes, and what it makes of it."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from saumaton.financials import imports
from saumaton.financials.imports.orders import read_orders
from saumaton.financials.models import (
    CompanyInformation,
    Contact,
    Currency,
    Customer,
    ExchangeRate,
    GeneralLedgerSetup,
    Item,
    Salesperson,
    SalesPrice,
)

from .folder import Folder

pytestmark = pytest.mark.django_db


def test_one_file_feeds_several_tables_and_references_are_found(folder: Folder):
    report = folder.load()

    assert str(report).startswith("2 salespeople, 3 customers, 2 contacts, 2 currencies")
    aallotar = Customer.objects.get(number="1")
    assert aallotar.salesperson == Salesperson.objects.get(name="Aino Kallio")
    assert aallotar.address == "Rantatie 12\nKotka"
    assert aallotar.credit_limit == Decimal("1500.50")
    helmi = Contact.objects.get(number="1-P")
    assert (helmi.first_name, helmi.customer) == ("Helmi", aallotar)
    assert Customer.objects.get(number="2").blocked == "all"
    assert not Contact.objects.filter(number="2-P").exists()


def test_codes_are_found_however_they_are_typed(folder: Folder):
    folder.spoil("customers.csv", ",EV,", ",ev,")
    folder.spoil("people.csv", "AK,Aino", "ak,Aino")

    folder.load()

    assert Customer.objects.get(number="2").salesperson == Salesperson.objects.get(code="EV")
    assert Customer.objects.get(number="1").salesperson == Salesperson.objects.get(code="AK")


def test_dates_and_decimals_are_read_as_the_map_says(folder: Folder):
    folder.load()

    rate = ExchangeRate.objects.get(starting_date=date(2026, 7, 1))
    assert rate.relational_exch_rate_amount == Decimal("0.0892")
    assert rate.currency == Currency.objects.get(code="SEK")


def test_an_import_founds_the_company_with_posting_groups_for_its_rows(folder: Folder):
    folder.load()

    assert CompanyInformation.objects.get().name == "Small Oy"
    assert GeneralLedgerSetup.objects.get().lcy_code == "EUR"
    assert Customer.objects.filter(customer_posting_group=None).count() == 0


def test_rows_that_exist_are_refused_kept_or_updated_as_the_map_says(folder: Folder):
    folder.load()
    spoken = {problem.reason for problem in folder.refused()}
    assert "The customer “1” is in the database already." in spoken

    toml = (folder.path / "import.toml").read_text()
    (folder.path / "import.toml").write_text(
        toml.replace('.csv"', '.csv"\nexisting = "update"').replace(
            "rows =", 'existing = "keep"\nrows ='
        )
    )
    folder.spoil("customers.csv", "Tyyni", "Tyyni Oy")
    before = Customer.objects.get(number="3").id
    folder.load()

    assert Customer.objects.get(number="3").name == "Tyyni Oy"
    assert Customer.objects.get(number="3").id == before
    assert Customer.objects.count() == 3


def test_the_demo_company_is_imported():
    report = imports.load(imports.DEMO_COMPANY)

    counts = {
        table: report.count(table)
        for table in ("customer", "item", "resource", "salesperson", "currency")
    }
    assert counts == {
        "customer": 40, "item": 60, "resource": 5, "salesperson": 6, "currency": 3
    }  # fmt: skip
    assert report.count("customer_price_group") == 4
    assert Contact.objects.filter(type="person", company=None).count() == 0
    assert Customer.objects.filter(primary_contact=None).count() == 0


def test_every_price_group_of_the_demo_company_sells_in_one_currency():
    imports.load(imports.DEMO_COMPANY)

    pairs = SalesPrice.objects.filter(sales_type="customer_price_group").values_list(
        "customer_price_group__code", "currency__code"
    )
    assert set(pairs) == {
        ("DEALER", None), ("PROJECT", None), ("SWEDEN", "SEK"), ("NORWAY", "NOK")
    }  # fmt: skip


def test_northwind_is_recognised_by_its_files_and_imported(northwind: Path):
    report = imports.load(northwind)

    tables = ("customer", "contact", "item", "salesperson", "shipping_agent")
    assert [report.count(table) for table in tables] == [91, 91, 77, 9, 3]
    people = Contact.objects.filter(type="person", customer__isnull=False)
    assert people.values("customer").distinct().count() == 91
    chai = Item.objects.get(number="1")
    assert (chai.description, chai.unit_price) == ("Chai", Decimal(18))
    assert sum(entry.quantity for entry in chai.ledger_entries.all()) == 39
    assert CompanyInformation.objects.get().name == "Northwind Traders"


def test_northwinds_orders_are_read_with_their_lines(northwind: Path):
    imports.load(northwind)

    orders = read_orders(northwind)

    assert (len(orders), sum(len(order.lines) for order in orders)) == (830, 2155)
    first = orders[0]
    assert (first.number, first.customer_key, first.salesperson_key) == ("10248", "VINET", "5")
    assert (first.order_date, first.freight) == (date(1996, 7, 4), Decimal("32.38"))
    discounted = next(order for order in orders if order.number == "10250")
    assert [line.discount_rate for line in discounted.lines] == [
        Decimal(0), Decimal("0.15"), Decimal("0.15")
    ]  # fmt: skip


def test_five_thousand_rows_take_seconds_not_minutes(folder: Folder):
    rows = (f"{n},Customer {n},Street {n},AK,10,,Anna {n}\n" for n in range(1, 5001))
    header = (folder.path / "customers.csv").read_text().splitlines()[0]
    (folder.path / "customers.csv").write_text(f"{header}\n{''.join(rows)}")

    began = time.process_time()
    report = folder.load()

    assert report.count("customer") + report.count("contact") == 10_000
    # 1.3 s of processor time, change log included; waiting for a busy machine does not count.
    assert time.process_time() - began < 10
