"""D01 to D05: values go over and come back as they are, or are refused by name."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.sync.model import Operation, Side, Value, Verb
from saumaton.sync.ports import Ending
from tests.dataverse.organisation import Organisation

COLUMNS = ("name", "telephone1", "creditlimit", "statecode", "opened", "primarycontactid")


def sent(**values: Value):
    """Write one record and read it back."""
    crm = Organisation()
    if isinstance(contact := values.get("primarycontactid"), UUID):
        crm.edit(contact, "contacts", name="Ada")
    table = crm.table("account", *COLUMNS)
    id = uuid4()
    [outcome] = table.write([Operation("m", Verb.CREATE, None, id, Side.CRM, after=values)])
    rows = list(table.fetch([id]))
    return outcome, rows[0].values if rows else None


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
@settings(max_examples=150, deadline=None)
def test_d01_texts_come_back_the_same(text):
    outcome, values = sent(name=text)
    assert outcome.ending is Ending.DONE
    assert values["name"] == text


@pytest.mark.parametrize(
    "text",
    [
        "🦔" * 4000,
        "👨‍👩‍👧‍👦",
        "\u200fשלום\u200e",
        "e\u0301 é",
        "a\r\n\tb",
        "  outer  ",
        "x" * 1_000_000,
    ],
)
def test_d01_strange_texts_come_back_the_same(text):
    assert sent(name=text)[1]["name"] == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "lone \ud800 surrogate"),
        ("creditlimit", Decimal("NaN")),
        ("creditlimit", Decimal("-Infinity")),
        ("statecode", 2**70),
        ("opened", datetime(2026, 1, 1)),
    ],
)
def test_d01_d03_d05_what_cannot_be_said_is_refused_by_name_and_alone(name, value):
    crm = Organisation()
    table = crm.table("account", *COLUMNS)
    good, bad = (
        Operation("m", Verb.CREATE, None, uuid4(), Side.CRM, after=values)
        for values in ({"name": "good"}, {name: value})
    )
    outcomes = table.write([good, bad, good])
    assert [o.ending for o in outcomes][1] is Ending.REFUSED
    assert name in outcomes[1].reason
    assert len(crm.rows["accounts"]) == 1


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15
    )
)
@settings(max_examples=150, deadline=None)
def test_d03_amounts_come_back_to_the_last_digit(amount):
    assert sent(creditlimit=amount)[1]["creditlimit"] == amount


@pytest.mark.parametrize("amount", ["922337203685477.5807", "0.1", "-0.0", "1E+3", "1E-10", "0.30"])
def test_d03_awkward_amounts(amount):
    value = sent(creditlimit=Decimal(amount))[1]["creditlimit"]
    assert isinstance(value, Decimal)
    assert value == Decimal(amount)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(2028, 2, 29)])
def test_d04_a_day_is_the_same_day_everywhere(day):
    assert sent(opened=day)[1]["opened"] == day


def test_d04_a_moment_in_helsinki_is_the_same_moment():
    helsinki = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    value = sent(opened=helsinki)[1]["opened"]
    assert value == helsinki
    assert value.tzinfo is UTC


def test_d05_ids_are_read_in_any_writing_and_an_empty_one_is_nothing():
    crm = Organisation()
    table = crm.table("account", "name", "primarycontactid")
    id, contact = uuid4(), uuid4()
    for written, wanted in (
        (str(contact).upper(), contact),
        (f"{{{contact}}}", contact),
        (str(UUID(int=0)), None),
        (None, None),
    ):
        crm.edit(id, _primarycontactid_value=written)
        [row] = table.fetch([id])
        assert row.values["primarycontactid"] == wanted
