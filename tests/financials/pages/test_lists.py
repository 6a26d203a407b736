"""Lists: search, filters, order, pages, columns, files."""

import csv
import io
import re
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from saumaton.financials.models import Customer
from saumaton.pages import registry
from saumaton.pages.source import Query
from tests.financials import world


def numbers(html: str) -> list[str]:
    return re.findall(r'<a href="/card/customer/[0-9a-f-]{36}/">([^<]+)</a>', html)


def listed(client, **asked: str) -> list[str]:
    return numbers(client.get("/list/customer/", asked).content.decode())


@pytest.fixture
def many(company) -> None:
    rows = [
        Customer(number=f"M{n:04}", name=f"Name {n % 7}", city=["Oulu", "Pori", ""][n % 3])
        for n in range(173)
    ]
    Customer.objects.bulk_create(rows)


def test_search_looks_into_number_name_and_city_word_by_word(administrator):
    assert listed(administrator, search="berg") == ["C2"]
    assert listed(administrator, search="berg turku") == ["C2"]
    assert listed(administrator, search="berg espoo") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Esp", ["C1"]),
        ("*poo", ["C1"]),
        ("=Turku", ["C2"]),
        ("<>Turku", ["C1"]),
        ("Esp|Tu", ["C1", "C2"]),
    ],
)
def test_a_filter_means_what_its_signs_say(administrator, text, found):
    assert listed(administrator, **{"f-city": text}) == found


def test_numbers_are_filtered_by_range_and_comparison(administrator):
    items = registry.list_page("item").source

    def found(text: str) -> list[str]:
        query = Query(filters={"unit_price": text}, columns=("number",))
        return [record["number"] for record in items.slice(query).records]

    assert found("10..50") == ["I2"]
    assert found(">12,5") == ["I1"] or found(">12.5") == ["I1"]
    assert found("<>100") == ["I2"]


def test_a_filter_that_means_nothing_is_answered_with_a_sentence(administrator):
    html = administrator.get("/list/item/", {"f-unit_price": "cheap"}).content.decode()
    assert "“cheap” is not a number." in html
    html = administrator.get("/list/customer/", {"f-salesperson": "nobody"}).content.decode()
    assert "There is no “nobody”." in html


@pytest.mark.parametrize("order", ["number", "-number", "name", "-name", "city", "salesperson"])
def test_paging_shows_every_record_once_in_order(administrator, many, order):
    source = registry.list_page("customer").source
    query = Query(order=order, columns=("number", "name", "city"))
    found, after = [], ""
    while True:
        part = source.slice(query, after, size=20)
        found += part.records
        if not (after := part.after):
            break

    assert len({record.key for record in found}) == len(found) == Customer.objects.count()
    if order.removeprefix("-") in ("number", "name", "city"):
        values = [record[order.removeprefix("-")] for record in found]
        assert values == sorted(values, reverse=order.startswith("-"))


def test_the_next_page_is_loaded_by_its_link(administrator, many):
    first = administrator.get("/list/customer/").content.decode()
    after = re.search(r'hx-get="([^"]*after=[^"]*)"', first).group(1).replace("&amp;", "&")
    second = administrator.get(f"/list/customer/{after}", headers={"HX-Request": "true"})

    assert len(numbers(first)) == 50
    assert numbers(second.content.decode())[0] > numbers(first)[-1]
    assert "<html" not in second.content.decode()


@pytest.mark.parametrize("token", ["x", "e30", "WyJhIiwiYiIsImMiXQ", "W10", "%00"])
def test_a_mended_paging_token_is_not_found_rather_than_an_error(administrator, token):
    assert administrator.get(f"/list/customer/?after={token}").status_code in (200, 404)


def test_columns_are_chosen_and_reset(administrator):
    columns = "/list/customer/columns/"
    administrator.post(columns, {"column": ["number", "email"]})
    html = administrator.get("/list/customer/").content.decode()
    assert "E-Mail</a></th>" in html
    assert "Balance (LCY)</th>" not in html

    administrator.post(columns, {"reset": ""})
    assert "Balance (LCY)</th>" in administrator.get("/list/customer/").content.decode()


def test_an_export_holds_what_the_list_shows_and_no_formula(administrator):
    world.customer("C3", name='=HYPERLINK("x")', city="Turku")
    answer = administrator.get("/list/customer/export.csv", {"f-city": "Turku", "order": "-number"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert rows[0][:3] == ["No.", "Name", "City"]
    assert [row[:2] for row in rows[1:]] == [["C3", '\'=HYPERLINK("x")'], ["C2", "Bergman"]]


def test_an_export_to_excel_keeps_numbers_as_numbers(administrator):
    answer = administrator.get("/list/item/export.xlsx")
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    price = rows[0].index("Unit Price")

    assert [row[0] for row in rows[1:]] == ["I1", "I2"]
    assert [row[price] for row in rows[1:]] == [100, 12.5]


def test_suggestions_complete_a_lookup(administrator):
    html = administrator.get("/list/customer/suggestions/?text=ber").content.decode()
    assert '<option value="C2">Bergman</option>' in html


def test_an_address_with_injected_names_shows_the_plain_list(administrator):
    for order in ("name;drop", "password", "-__class__", unquote("%00"), "salesperson__email"):
        assert listed(administrator, order=order) == ["C1", "C2"]
    assert listed(administrator, **{"f-salesperson__user__password": "x"}) == ["C1", "C2"]


def test_a_large_table_is_searched_by_beginnings(administrator, many, monkeypatch):
    from saumaton.pages import prefix

    monkeypatch.setattr(prefix, "LARGE", 100)
    source = registry.list_page("customer").source
    query = Query(search="name 3", columns=("number", "name"))
    found, after = [], ""
    while True:
        part = source.slice(query, after, size=10)
        found += part.records
        if not (after := part.after):
            break

    expected = set(Customer.objects.filter(name="Name 3").values_list("number", flat=True))
    assert {record["number"] for record in found} == expected
    assert len(found) == len(expected) == source.count(query)
    assert source.find("c2").name == "Bergman"
    assert [each.code for each in source.suggest("berg")] == ["C2"]
