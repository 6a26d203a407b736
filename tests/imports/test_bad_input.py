"""Bad input changes nothing, and is named by file, line, column, reason and remedy."""

from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saumaton.financials import imports
from saumaton.financials.imports import BadInput
from saumaton.financials.imports.orders import read_orders

from .folder import CUSTOMERS, Folder, everything

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(
            "customers.csv", "Name,", "Title,",
            "customers.csv, line 1, column Name: The column is missing.",
            id="missing column",
        ),
        pytest.param(
            "customers.csv", "\n3,Tyyni", "\n1,Tyyni",
            "customers.csv, line 5, column Number: The customer “1” is on line 2 of customers.csv",
            id="duplicate key",
        ),
        pytest.param(
            "customers.csv", "Tyyni", "T" * 101,
            "customers.csv, line 5, column Name: The text has 101 characters; at most 100 fit.",
            id="text too long",
        ),
        pytest.param(
            "customers.csv", '"1500,50"', "1500.50",
            "customers.csv, line 3, column Limit: “1500.50” is not a number. Write it as 1234,50.",
            id="wrong decimal, on the second line of its record",
        ),
        pytest.param(
            "customers.csv", '"1500,50"', '"1500,123456"',
            "customers.csv, line 3, column Limit: “1500,123456” has more than 4 decimals.",
            id="too many decimals",
        ),
        pytest.param(
            "customers.csv", '"1500,50"', "9" * 30,
            "customers.csv, line 3, column Limit: “999999999999999999999999999999” is too large.",
            id="number too large",
        ),
        pytest.param(
            "customers.csv", '"1500,50"', "NaN",
            "customers.csv, line 3, column Limit: “NaN” is not a number.",
            id="not a number",
        ),
        pytest.param(
            "customers.csv", ",EV,", ",XX,",
            "customers.csv, line 4, column Seller: There is no salesperson “XX”.",
            id="unknown reference",
        ),
        pytest.param(
            "customers.csv", "\n3,", "\n,",
            "customers.csv, line 5, column Number: A value is required.",
            id="missing required value",
        ),
        pytest.param(
            "customers.csv", ",x,", ",y,",
            "customers.csv, line 4, column Blocked: “y” is not a choice here.",
            id="unknown choice",
        ),
        pytest.param(
            "customers.csv", "Tyyni,", "Tyyni,,",
            "customers.csv, line 5: The line has 8 values, the header 7 columns.",
            id="uneven line",
        ),
        pytest.param(
            "customers.csv", '"Linnankatu 50"', '"Linnankatu 50',
            "customers.csv, line 5: From here on the file is not CSV",
            id="open quotation mark",
        ),
        pytest.param(
            "customers.csv", "Tyyni", "Ty\x00yni",
            "customers.csv, line 5, column Name: The text holds a control character.",
            id="control character",
        ),
        pytest.param(
            "customers.csv", "Blocked,Person", "Name,Person",
            "customers.csv, line 1, column Name: The column is there more than once.",
            id="column named twice",
        ),
        pytest.param(
            "rates.csv", "1.7.2026", "31.6.2026",
            "rates.csv, line 3, column Day: “31.6.2026” is not a date. Write it as 31.12.2026.",
            id="wrong date",
        ),
        pytest.param(
            "rates.csv", "1.7.2026", "1.1.2026",
            "rates.csv, line 3, column Currency: "
            "The currency exchange rate “SEK, 2026-01-01” is on line 2 of rates.csv",
            id="duplicate key of two fields",
        ),
        pytest.param(
            "import.toml", 'name = "Name"', 'nickname = "Name"',
            "import.toml, column customer.nickname: The table has no such field.",
            id="unknown field",
        ),
        pytest.param(
            "import.toml", "[defaults]", "[default]",
            "import.toml: the map: “default” is not a word of maps",
            id="unknown word in the map",
        ),
        pytest.param(
            "import.toml", 'number = "Number"\n', "",
            "import.toml, column customer.number: The table needs this field.",
            id="map without a required field",
        ),
        pytest.param(
            "import.toml", '"people.csv"', '"../people.csv"',
            "import.toml: “../people.csv” is not the name of a file in the folder.",
            id="file outside the folder",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_changes_nothing(folder: Folder, file, old, new, said):
    folder.spoil(file, old, new)

    problems = [str(problem) for problem in folder.refused()]

    assert any(problem.startswith(said) for problem in problems), problems


def test_every_bad_row_is_reported_at_once(folder: Folder):
    folder.spoil("customers.csv", ",EV,", ",XX,")
    folder.spoil("customers.csv", "Tyyni", "T" * 101)
    folder.spoil("rates.csv", "1.7.2026", "soon")

    assert [(p.file, p.line) for p in folder.refused()] == [
        ("customers.csv", 4), ("customers.csv", 5), ("rates.csv", 3)
    ]  # fmt: skip


def test_a_missing_file_and_one_that_nobody_asked_for_are_named(folder: Folder):
    (folder.path / "rates.csv").rename(folder.path / "courses.csv")

    spoken = "\n".join(str(problem) for problem in folder.refused())

    assert "rates.csv: The file is missing." in spoken
    assert "courses.csv: The map does not say what this file feeds." in spoken


def test_another_encoding_is_named_with_its_line(folder: Folder):
    (folder.path / "customers.csv").write_bytes(CUSTOMERS.encode("windows-1252"))

    problem = folder.refused()[0]

    assert str(problem).startswith("customers.csv, line 4: Byte 4 of the line is not utf-8 text.")


def test_a_folder_without_a_map_says_so(tmp_path: Path):
    (tmp_path / "things.csv").write_text("A\n1\n")

    with pytest.raises(BadInput, match="Nothing says what the files of this folder are"):
        imports.load(tmp_path)


def test_a_rule_between_fields_is_reported_with_its_row(folder: Folder):
    toml = (folder.path / "import.toml").read_text()
    (folder.path / "import.toml").write_text(
        toml
        + """
[[table]]
table = "unit_of_measure"
existing = "keep"
rows = [{ code = "PCS" }]
fields = { code = "code" }
[[table]]
table = "item"
file = "items.csv"
fields = { number = "No", base_unit.value = "PCS" }
[[table]]
table = "sales_price"
file = "items.csv"
key = ["item"]
fields = { item = "No", sales_type.value = "customer", customer = "For", unit_price = "Price" }
"""
    )
    (folder.path / "items.csv").write_text("No,For,Price\nA,1,5\nB,,6\n")

    assert [(p.file, p.line) for p in folder.refused()] == [("items.csv", 3)]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("order_details.csv", "10248,42,", "99999,42,", "line 3, column OrderID: There is no"),
        ("order_details.csv", "10248,42,", "10248,420,", "line 3, column ProductID: There is no"),
        ("orders.csv", "10248,VINET,", "10248,VX,", "line 2, column CustomerID: There is no"),
        ("orders.csv", "\n10249,", "\n10248,", "line 3, column OrderID: Order “10248” is on"),
        ("orders.csv", ",32.38,", ",-32.38,", "line 2, column Freight: "),
        ("order_details.csv", "10250,51,42.4,35,0.15", "10250,51,42.4,35,15",
         "line 8, column Discount: "),
    ],
)  # fmt: skip
def test_bad_orders_are_named_and_nothing_is_imported(northwind, tmp_path, file, old, new, said):
    for path in northwind.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    before = everything()

    for act in (imports.load, read_orders):
        with pytest.raises(BadInput) as raised:
            act(tmp_path)
        assert f"{file}, {said}" in str(raised.value)
    assert everything() == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=st.sampled_from(["customers.csv", "people.csv", "rates.csv", "import.toml"]),
    position=st.integers(0, 400),
    removed=st.integers(0, 12),
    noise=st.binary(max_size=8) | st.sampled_from([b'"', b",", b"\n", b"\xff", b"\0", b"\r"]),
)
def test_whatever_is_spoilt_all_or_nothing_is_imported(tmp_path, file, position, removed, noise):
    folder = Folder(tmp_path)
    content = (tmp_path / file).read_bytes()
    position %= len(content)
    (tmp_path / file).write_bytes(content[:position] + noise + content[position + removed :])
    before = everything()

    with transaction.atomic(), suppress(BadInput):
        folder.load()
        transaction.set_rollback(True)
    assert everything() == before
