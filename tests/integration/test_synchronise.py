"""Whole runs over Financials' real tables, step by step as a worker takes them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from saumaton.financials import models as erp
from saumaton.integration import planning, synchronise
from saumaton.integration.backends import financials
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Coupling, JournalEntry, Pending, Run
from saumaton.sync.model import Row, Side

from .crm_table import MemoryTable


class Crm:
    """The CRM's tables by name; a unit group gets its base unit as in a real one."""

    def __init__(self) -> None:
        self.tables: dict[str, MemoryTable] = defaultdict(MemoryTable)

    def writes(self) -> int:
        return sum(len(table.written) for table in self.tables.values())

    def add_base_units(self) -> None:
        units = self.tables["uom"]
        known = {row.values["uomscheduleid"] for row in units.rows.values()}
        for group in self.tables["uomschedule"].rows.values():
            if group.id not in known:
                name = group.values["baseuomname"]
                units.put(name=name, uomscheduleid=group.id, isschedulebaseuom=True)


@pytest.fixture
def crm(monkeypatch, connection) -> Crm:
    crm = Crm()
    crm.tables["transactioncurrency"].put(
        isocurrencycode="EUR",
        currencyname="euro",
        currencysymbol="€",
        exchangerate=Decimal(1),
        currencyprecision=2,
    )
    crm.tables["systemuser"].put(
        fullname="Aino Virta",
        internalemailaddress="aino@contoso.example",
        isdisabled=False,
        islicensed=True,
        isintegrationuser=False,
    )

    def tables_of(_connection, name):
        mapping = MAPPINGS[name]
        if name == "BASE UNIT":
            crm.add_base_units()
        return {
            Side.ERP: financials.tables()[mapping.erp_table],
            Side.CRM: crm.tables[mapping.crm_table],
        }

    for module in (planning, synchronise):
        monkeypatch.setattr(module, "tables_of", tables_of)
    return crm


@pytest.fixture
def goods(company):
    """A seller, a customer with a contact, an item, a resource and a price group."""
    aino = erp.Salesperson.objects.create(
        code="AV", name="Aino Virta", email="aino@contoso.example"
    )
    usd = erp.Currency.objects.create(code="USD", description="US dollar", symbol="$")
    erp.ExchangeRate.objects.create(
        currency=usd,
        starting_date=date(2020, 1, 1),
        exchange_rate_amount=Decimal(100),
        relational_exch_rate_amount=Decimal(80),
    )
    customer = erp.Customer.objects.create(number="C1", name="Aalto Oy", salesperson=aino)
    contact = erp.Contact.objects.create(
        number="CT1", type="person", first_name="Eero", surname="Aalto", customer=customer
    )
    erp.Customer.objects.filter(pk=customer.pk).update(primary_contact=contact)
    unit = erp.UnitOfMeasure.objects.get(code="PCS")
    item = erp.Item.objects.create(
        number="I1", description="Chair", base_unit=unit, unit_price=Decimal("99.5")
    )
    erp.Resource.objects.create(number="R1", name="Assembly", base_unit=unit)
    group = erp.CustomerPriceGroup.objects.create(code="BIG", description="Big ones")
    erp.SalesPrice.objects.create(
        item=item,
        sales_type="customer_price_group",
        customer_price_group=group,
        unit_price=Decimal(90),
    )
    return customer


def full(connection, whole: bool = True) -> Run:
    """Do what the job does, in this process."""
    run = Run.objects.create(connection=connection, kind=Run.Kind.FULL)
    names = planning.in_order(MAPPINGS)
    for _ in range(3):
        waiting = []
        for name in names:
            if planning.plan_mapping(str(run.id), name, whole):
                while synchronise.apply_chunk(str(run.id), name):
                    continue
            if synchronise.finish_mapping(str(run.id), name):
                waiting.append(name)
        names, whole = waiting, False
    return run


def test_a_company_reaches_the_crm_and_the_second_run_writes_nothing(connection, goods, crm):
    run = full(connection)

    counts = {name: Coupling.objects.filter(mapping=name).count() for name in MAPPINGS}
    assert counts == {
        "SALESPEOPLE": 1,
        "CURRENCY": 2,
        "UNIT OF MEASURE": 1,
        "BASE UNIT": 1,
        "CUSTOMER": 1,
        "CONTACT": 1,
        "ITEM-PRODUCT": 1,
        "RESOURCE-PRODUCT": 1,
        "DEFAULT PRICE LIST": 1,
        "ITEM UNIT PRICE": 1,
        "RESOURCE UNIT PRICE": 1,
        "CUSTPRCGRP-PRICE": 1,
        "SALESPRC-PRODPRICE": 1,
    }
    assert list(Pending.objects.values_list("mapping", "reason")) == []
    [account] = crm.tables["account"].rows.values()
    [contact] = crm.tables["contact"].rows.values()
    assert account.values["name"] == "Aalto Oy"
    assert account.values["customertypecode"] == 3
    assert account.values["primarycontactid"] == contact.id
    assert contact.values["parentcustomerid"] == account.id
    assert sum(line.created_crm for line in run.mappings.all()) >= 9

    before = crm.writes()
    again = full(connection)
    assert crm.writes() == before
    assert not JournalEntry.objects.filter(run=again, verb__in=["create", "update"]).exists()


def test_an_edit_in_the_crm_reaches_the_customer_and_comes_back_as_rest(connection, goods, crm):
    full(connection)
    [account] = crm.tables["account"].rows.values()
    crm.tables["account"].rows[account.id] = Row(
        account.id, {**account.values, "telephone1": "+358 1"}, "9"
    )

    run = full(connection, whole=False)
    goods.refresh_from_db()
    assert goods.phone == "+358 1"
    assert sum(line.updated_erp for line in run.mappings.all()) == 1
    assert sum(line.updated_crm for line in full(connection).mappings.all()) == 0


def test_a_new_account_becomes_a_numbered_customer_with_posting_groups(connection, goods, crm):
    full(connection)
    [euro] = [
        r.id
        for r in crm.tables["transactioncurrency"].rows.values()
        if r.values["isocurrencycode"] == "EUR"
    ]
    crm.tables["account"].put(
        name="Brunni", statecode=0, customertypecode=3, transactioncurrencyid=euro
    )
    full(connection, whole=False)
    made = erp.Customer.objects.get(name="Brunni")
    assert made.number
    assert made.customer_posting_group is not None
    assert made.currency is None


def test_a_customer_of_an_unknown_seller_waits_and_goes_once_the_seller_is_coupled(
    connection, goods, crm
):
    new = erp.Salesperson.objects.create(code="UU", name="Uuno Uusi", email="uuno@x.example")
    erp.Customer.objects.create(number="C2", name="Bertta", salesperson=new)
    full(connection)
    assert [p.mapping for p in Pending.objects.all()] == ["CUSTOMER"]
    assert len(crm.tables["account"].rows) == 1

    crm.tables["systemuser"].put(
        fullname="Uuno Uusi", isdisabled=False, islicensed=True, isintegrationuser=False
    )
    full(connection, whole=False)
    assert not Pending.objects.exists()
    assert len(crm.tables["account"].rows) == 2


def test_a_plan_of_everything_shows_all_and_writes_nothing(connection, goods, crm):
    run = Run.objects.create(connection=connection, kind=Run.Kind.FULL)
    for name in planning.in_order(MAPPINGS):
        planning.plan_mapping(str(run.id), name, True, True)

    assert crm.writes() == 0
    creates = JournalEntry.objects.filter(run=run, verb="create", side="crm")
    planned = {line.name: creates.filter(mapping=line.name).count() for line in run.mappings.all()}
    assert planned["ITEM-PRODUCT"] == planned["CUSTOMER"] == planned["SALESPRC-PRODPRICE"] == 1
    # ids that the CRM will give are not known yet, so these plans are made anew before they go
    assert planning.must_plan(str(run.id), "ITEM-PRODUCT")
    assert not planning.must_plan(str(run.id), "CUSTOMER")


def test_a_plan_that_would_change_many_records_waits_for_a_person(connection, goods, crm):
    for number in range(20):
        erp.Customer.objects.create(number=f"X{number}", name=f"Customer {number}")
    full(connection)
    erp.Customer.objects.update(city="Oulu")

    run = Run.objects.create(connection=connection, kind=Run.Kind.MAPPING)
    planning.plan_mapping(str(run.id), "CUSTOMER", False)
    assert planning.must_stop(str(run.id), "CUSTOMER")
    assert "21 of 21" in run.mappings.get().alarms[0]

    run.details = {"reviewed": True}
    run.save()
    assert not planning.must_stop(str(run.id), "CUSTOMER")


def test_an_undone_run_leaves_both_sides_as_before_and_is_not_redone(connection, goods, crm):
    full(connection)
    goods.refresh_from_db()
    erp.Customer.objects.update(city="Oulu")
    run = full(connection, whole=False)
    [account] = crm.tables["account"].rows.values()
    assert account.values["address1_city"] == "Oulu"

    undo = Run.objects.create(connection=connection, kind=Run.Kind.UNDO)
    assert synchronise.to_take_back(str(run.id), "CUSTOMER") == 1
    synchronise.take_back_chunk(str(undo.id), str(run.id), "CUSTOMER", 0)

    [account] = crm.tables["account"].rows.values()
    assert account.values["address1_city"] is None
    assert "undone" in Coupling.objects.get(mapping="CUSTOMER").rests
    full(connection)
    [account] = crm.tables["account"].rows.values()
    assert account.values["address1_city"] is None
