"""Values as OData text: always literals, never syntax."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saumaton.odata.text import key_segment, literal, quoted, unquoted, utc_text

ID = UUID("8e2f5a3c-0000-4000-8000-00000000000a")


@given(st.text())
@settings(deadline=None)
def test_s02_a_text_reads_back_the_same(text):
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize("evil", ["'", "'a", "a'", "'it's'", "a", ""])
def test_s02_what_is_no_literal_is_refused(evil):
    with pytest.raises(ValueError, match="quote"):
        unquoted(evil)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (ID, str(ID)),
        ("O'Hara", "'O''Hara'"),
        (date(2026, 2, 28), "2026-02-28"),
        (
            datetime(2026, 11, 22, 21, 13, 48, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-22T19:13:48Z",
        ),
        (datetime(2026, 1, 1, 0, 0, 0, 120000, tzinfo=UTC), "2026-01-01T00:00:00.12Z"),
    ],
)
def test_d03_d04_values_as_literals(value, text):
    assert literal(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), datetime(2026, 1, 1)])
def test_d03_what_is_no_number_or_no_moment_is_refused(value):
    with pytest.raises(ValueError, match="not a number|without a zone"):
        literal(value)


def test_d03_a_float_has_no_literal():
    with pytest.raises(TypeError):
        literal(0.1)


def test_a_whole_second_has_no_fraction():
    assert utc_text(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"


def test_key_segments():
    assert key_segment(ID) == f"({ID})"
    assert key_segment({"number": "A/1' x", "year": 2}) == "(number='A%2F1''%20x',year=2)"
