"""Values as people write and read them, in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from saumaton.pages.export import neutralised
from saumaton.pages.fields import Field, LocalDecimal, form_class
from saumaton.pages.preferences import safe_address
from saumaton.pages.show import entered, shown


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1,234.50", "1234.50"),
        ("en", "-0.5", "-0.5"),
        ("en", " 12 ", "12"),
        ("fi", "1 234,50", "1234.50"),
        ("fi", "1\u00a0234,50", "1234.50"),
        ("fi", "1\u202f234,50", "1234.50"),
        ("fi", "1.234,50", "1234.50"),
        ("fi", "−7,25", "-7.25"),
        ("fi", "12.5", "12.5"),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(language, text, value):
    with translation.override(language):
        assert LocalDecimal().clean(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1,2,3x", "NaN", "Infinity", "--1", "=1+1", "1e9999999"])
def test_what_is_no_number_is_refused(text):
    with translation.override("en"), pytest.raises(ValidationError):
        LocalDecimal(max_digits=15).clean(text)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("value", ["0", "1234567.5", "-0.00001", "99999.99999"])
def test_an_entry_reads_back_as_it_was_shown(language, value):
    with translation.override(language):
        assert LocalDecimal().clean(entered(Decimal(value), "price")) == Decimal(value)


def test_values_are_shown_in_the_readers_language():
    money = Field("m", kind="money")
    with translation.override("en"):
        assert shown(Decimal("1234.5"), money) == "1,234.50"
        assert shown(True) == "Yes"
    with translation.override("fi"):
        assert shown(Decimal("1234.5"), money).replace("\xa0", " ") == "1 234,50"
        assert shown(date(2026, 11, 2)) == "2.11.2026"
        assert shown(True) == "Kyllä"


def test_a_read_only_field_is_never_entered():
    fields = (Field("a", "A", "text"), Field("b", "B", "text", readonly=True))

    assert set(form_class(fields).base_fields) == {"a"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1"])
def test_no_text_becomes_a_formula(text):
    assert neutralised(text).startswith("'")
    assert neutralised(Decimal("-1")) == Decimal("-1")
    assert neutralised("Oy Ab") == "Oy Ab"


def test_a_next_address_stays_on_the_site(rf):
    for bad in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""):
        assert safe_address(rf.get("/"), bad) == "/"
    assert safe_address(rf.get("/"), "/list/customer/?a=1") == "/list/customer/?a=1"
