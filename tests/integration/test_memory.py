"""What a connection remembers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.db import connection as database

from saumaton.integration.memory import DjangoMemory
from saumaton.integration.models import Connection, JournalEntry
from saumaton.integration.models import Coupling as Kept
from saumaton.integration.values import from_text, to_text
from saumaton.sync.model import Base, Cause, Operation, Side, Verb
from saumaton.sync.ports import Coupling, Ending, Outcome


@pytest.fixture
def memory(connection, run):
    return DjangoMemory(connection, run)


def test_values_read_back_as_they_were():
    values = {
        "text": "Äö “x”",
        "none": None,
        "flag": True,
        "number": 3,
        "amount": Decimal("12.3400"),
        "id": uuid4(),
        "day": date(2026, 2, 28),
        "time": datetime(2026, 2, 28, 12, 30, 1, 5, UTC),
    }
    read = from_text(to_text(values))
    assert read == values
    assert {name: type(value) for name, value in read.items()} == {
        name: type(value) for name, value in values.items()
    }


def test_a_promise_keeps_what_is_there_and_settling_merges_both_vocabularies(memory):
    erp, crm = uuid4(), uuid4()
    memory.promise("CUSTOMER", [Coupling(erp, crm, born=Side.ERP)])
    [promised] = memory.couplings("CUSTOMER", Side.ERP, [erp])
    assert (promised.base, promised.born) == (None, Side.ERP)

    memory.settle("CUSTOMER", [Coupling(erp, crm, Base({"name": "A"}, {"name": "A Oy"}))])
    memory.settle("CUSTOMER", [Coupling(erp, crm, Base({"city": None}, {"town": "Oulu"}))])
    memory.promise("CUSTOMER", [Coupling(erp, crm)])

    [coupling] = memory.couplings("CUSTOMER", Side.CRM, [crm])
    assert coupling.base == Base({"name": "A", "city": None}, {"name": "A Oy", "town": "Oulu"})
    assert coupling.born is Side.ERP


def test_settling_makes_the_coupling_of_two_records_that_were_recognised(memory):
    erp, crm = uuid4(), uuid4()
    memory.settle("CUSTOMER", [Coupling(erp, crm, Base({"name": "A"}, {"name": "A"}))])
    assert memory.coupled("CUSTOMER", Side.CRM) == {crm}


def test_a_record_is_coupled_once_on_each_side(memory, connection):
    erp, crm = uuid4(), uuid4()
    memory.promise("CUSTOMER", [Coupling(erp, crm)])
    with pytest.raises(IntegrityError):
        Kept.objects.create(
            connection=connection, mapping="CUSTOMER", erp_id=uuid4(), crm_id=crm, state="coupled"
        )


def test_forgetting_needs_only_one_of_the_ids(memory):
    pairs = [(uuid4(), uuid4()) for _ in range(2)]
    memory.promise("ITEM-PRODUCT", [Coupling(*pair) for pair in pairs])
    memory.forget("ITEM-PRODUCT", [(pairs[0][0], None), (None, pairs[1][1])])
    assert memory.coupled("ITEM-PRODUCT", Side.ERP) == set()


def test_tokens_are_kept_by_mapping_and_side(memory):
    memory.keep_tokens("CUSTOMER", {Side.ERP: "7", Side.CRM: "x"})
    memory.keep_tokens("CUSTOMER", {Side.ERP: "8"})
    assert memory.token("CUSTOMER", Side.ERP) == "8"
    assert memory.token("CUSTOMER", Side.CRM) == "x"
    assert memory.token("CONTACT", Side.ERP) is None


def test_what_did_not_end_well_is_pending_until_it_does(memory, run):
    erp, crm = uuid4(), uuid4()
    create = Operation("CUSTOMER", Verb.CREATE, erp, crm, side=Side.CRM, after={"name": "A"})
    JournalEntry.objects.create(
        run=run, mapping="CUSTOMER", number=1, verb="create", side="crm", erp_id=erp, crm_id=crm
    )
    memory.plan([(1, create)])

    memory.note([(create, Outcome(Ending.REFUSED, reason="too long"))])
    assert memory.unfinished("CUSTOMER") == {(Side.ERP, erp)}
    entry = JournalEntry.objects.get()
    assert (entry.ending, entry.reason) == ("refused", "too long")

    memory.note([(create, Outcome(Ending.DONE))])
    assert memory.unfinished("CUSTOMER") == set()
    assert JournalEntry.objects.get().ending == "done"


def test_a_record_with_one_operation_held_is_pending_whatever_the_others_did(memory):
    erp, crm = uuid4(), uuid4()
    update = Operation("CUSTOMER", Verb.UPDATE, erp, crm, side=Side.CRM, after={"name": "A"})
    hold = Operation("CUSTOMER", Verb.HOLD, erp, crm, reason="later", cause=Cause.LATER)
    ended = [(hold, Outcome(Ending.HELD)), (update, Outcome(Ending.DONE))]
    memory.note(ended)
    assert memory.unfinished("CUSTOMER") == {(Side.ERP, erp)}


def test_couplings_of_many_records_cost_few_queries(memory, django_assert_num_queries):
    pairs = [(uuid4(), uuid4()) for _ in range(1000)]
    memory.promise("CUSTOMER", [Coupling(*pair) for pair in pairs])
    with django_assert_num_queries(2):
        assert len(memory.couplings("CUSTOMER", Side.ERP, [erp for erp, _ in pairs])) == 1000


def test_the_secret_is_not_in_the_database_in_clear(connection):
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM integration_connection")
        assert "secret word" not in str(cursor.fetchall())
    assert Connection.objects.get().client_secret == "secret word"
