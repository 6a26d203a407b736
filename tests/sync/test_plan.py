"""Order, alarms and the seal of a plan."""

from dataclasses import replace
from graphlib import CycleError
from uuid import UUID

import pytest

from saumaton.sync.model import Cause, Field, Lookup, Mapping, Operation, Side, Verb
from saumaton.sync.plan import alarms, fingerprint, stages

E, C = UUID(int=1), UUID(int=2)


def test_order_follows_the_lookups():
    seller = Mapping("salesperson", (Field("name", "fullname"),))
    currency = Mapping("currency", (Field("code", "isocurrencycode"),))
    owner = Lookup("salesperson", "ownerid", to="salesperson")
    customer = Mapping(
        "customer", (Field("name", "name"), owner, Lookup("currency", "cur", to="currency"))
    )
    order = Mapping("order", (Lookup("customer", "customerid", to="customer"),))
    wanted = [("currency", "salesperson"), ("customer",), ("order",)]
    assert stages([order, customer, seller, currency]) == wanted


def test_f19_a_circle_must_have_a_late_lookup():
    a, b = (Mapping(m, (Lookup("x", "x", to=t),)) for m, t in ("ab", "ba"))
    with pytest.raises(CycleError):
        stages([a, b])
    late = Mapping("a", (Lookup("x", "x", to="b", late=True),))
    assert stages([late, b]) == [("a",), ("b",)]


def test_f25_a_great_change_raises_an_alarm():
    gone = [Operation("m", Verb.DELETE, E, C, Side.CRM)] * 40
    assert list(alarms(gone, coupled=100)) == ["deletes 40 of 100 records in the CRM"]
    assert list(alarms(gone[:20], coupled=100)) == []
    assert list(alarms(gone, coupled=9)) == [], "few records say nothing"
    kept = [replace(o, verb=Verb.UPDATE, side=Side.ERP) for o in gone]
    assert list(alarms(kept, coupled=100)) == ["updates 40 of 100 records in the ERP"]


def test_f25_a_side_that_is_suddenly_empty_raises_an_alarm_though_nothing_is_written():
    held = [Operation("m", Verb.HOLD, E, C, cause=Cause.DELETED, reason="gone")] * 31
    assert list(alarms(held, coupled=100)) == ["31 of 100 records are gone on one side"]


def test_any_change_of_a_plan_breaks_its_seal():
    plan = [Operation("m", Verb.UPDATE, E, C, Side.CRM, {"a": 1}, {"a": 2}, "7")] * 2
    seal = fingerprint(plan)
    assert seal == fingerprint(list(plan))
    for other in (
        plan[:1],
        [plan[0], replace(plan[1], after={"a": 3})],
        [replace(plan[0], version="8"), plan[1]],
    ):
        assert fingerprint(other) != seal
