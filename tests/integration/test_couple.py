"""Couple and part by hand."""

from uuid import uuid4

import pytest

from saumaton.integration import couple
from saumaton.integration.models import Coupling
from saumaton.sync.model import Side

from .crm_table import MemoryTable


@pytest.fixture
def accounts(monkeypatch) -> MemoryTable:
    table = MemoryTable()
    monkeypatch.setattr(couple, "tables_of", lambda _connection, _name: {Side.CRM: table})
    return table


def test_a_record_is_coupled_by_its_name_or_number(connection, accounts):
    id = accounts.put(name="Aalto Oy", statecode=0, customertypecode=3)
    customer = uuid4()
    assert couple.couple(connection, "CUSTOMER", customer, " Aalto Oy ", Side.CRM) == id
    kept = Coupling.objects.get()
    assert (kept.erp_id, kept.crm_id, kept.born, kept.state) == (customer, id, "crm", "promised")


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "no record named"),
        ([{"customertypecode": 3}] * 2, "2 records named"),
        ([{"customertypecode": 9}], "no record named"),
    ],
)
def test_what_is_not_certain_is_not_coupled(connection, accounts, rows, sentence):
    for row in rows:
        accounts.put(name="Aalto", statecode=0, **row)
    with pytest.raises(couple.Unsuitable, match=sentence):
        couple.couple(connection, "CUSTOMER", uuid4(), "Aalto", Side.ERP)


def test_a_record_coupled_elsewhere_is_left_to_its_partner(connection, accounts):
    accounts.put(name="Aalto", statecode=0, customertypecode=3)
    couple.couple(connection, "CUSTOMER", uuid4(), "Aalto", Side.ERP)
    with pytest.raises(couple.Unsuitable, match="another record"):
        couple.couple(connection, "CUSTOMER", uuid4(), "Aalto", Side.ERP)


def test_parted_records_rest_and_may_be_coupled_again(connection, accounts):
    accounts.put(name="Aalto", statecode=0, customertypecode=3)
    customer = uuid4()
    couple.couple(connection, "CUSTOMER", customer, "Aalto", Side.ERP)
    assert couple.part(connection, "CUSTOMER", [customer]) == 1
    assert Coupling.objects.get().rests == couple.PARTED

    couple.couple(connection, "CUSTOMER", customer, "Aalto", Side.ERP)
    assert Coupling.objects.get().rests == ""
