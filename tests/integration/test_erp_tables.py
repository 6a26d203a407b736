"""Financials' tables behave as the engine expects of any table."""

from uuid import UUID, uuid4

import pytest

from saumaton.financials import models as erp
from saumaton.integration.backends import financials
from saumaton.integration.backends.orm import LCY
from saumaton.sync.model import Operation, Side, Values, Verb
from saumaton.sync.ports import Ending
from tests.contracts.table import Room, TableContract


class TestCustomers(TableContract):
    @pytest.fixture
    def room(self, company) -> Room:
        seller = erp.Salesperson.objects.create(code="AV", name="Aino")
        return Room(
            financials.tables()["customer"],
            Side.ERP,
            some={"phone": "1", "name": "Aalto", "salesperson": seller.pk, "currency": LCY},
            other={"phone": "2", "name": "Brunni", "salesperson": None, "currency": LCY},
            bad={"name": "Cilla", "salesperson": uuid4()},
            edit=lambda id, values: edit(erp.Customer, id, values),
            remove=lambda id: erp.Customer.objects.filter(pk=id).delete(),
        )


class TestContacts(TableContract):
    @pytest.fixture
    def room(self, company) -> Room:
        customer = erp.Customer.objects.create(number="C1", name="Aalto")
        return Room(
            financials.tables()["contact"],
            Side.ERP,
            some={"phone": "1", "first_name": "Eero", "surname": "Aalto", "customer": customer.pk},
            other={"phone": "2", "first_name": "Ella", "surname": "Ek", "customer": customer.pk},
            bad={"surname": "x" * 31, "customer": customer.pk},
            edit=lambda id, values: edit(erp.Contact, id, values),
            remove=lambda id: erp.Contact.objects.filter(pk=id).delete(),
        )


def edit(model, id: UUID, values: Values) -> None:
    """A person saves: a blank currency is the local one."""
    stored = {
        f"{name}_id" if isinstance(value, UUID) else name: None if value == LCY else value
        for name, value in values.items()
    }
    model.objects.filter(pk=id).update(**stored)


def test_a_row_that_breaks_a_rule_fails_alone_among_many(company):
    table = financials.tables()["customer"]
    operations = [
        Operation(
            "CUSTOMER", Verb.CREATE, uuid4(), uuid4(), Side.ERP, after={"name": f"Customer {n}"}
        )
        for n in range(100)
    ]
    operations[41].after["name"] = "x" * 101
    outcomes = table.write(operations)
    assert [n for n, o in enumerate(outcomes) if o.ending is not Ending.DONE] == [41]
    assert "100 characters" in outcomes[41].reason
    assert erp.Customer.objects.count() == 99


def test_a_contact_is_named_by_its_parts_and_joins_its_company(company):
    customer = erp.Customer.objects.create(number="C1", name="Aalto")
    head = erp.Contact.objects.create(number="X", type="company", name="Aalto", customer=customer)
    id = uuid4()
    values = {"first_name": "Eero", "surname": "Aalto", "customer": customer.pk}
    [outcome] = financials.tables()["contact"].write(
        [Operation("CONTACT", Verb.CREATE, id, uuid4(), Side.ERP, after=values)]
    )
    assert outcome.ending is Ending.DONE
    made = erp.Contact.objects.get(pk=id)
    assert (made.name, made.type, made.company, bool(made.number)) == (
        "Eero Aalto",
        "person",
        head,
        True,
    )


def test_the_local_currency_is_a_virtual_record(company):
    table = financials.tables()["currency"]
    assert table.changes(None).ids == {LCY}
    [row] = table.fetch([LCY])
    assert (row.values["code"], row.values["crm_exchange_rate"]) == ("EUR", 1)
