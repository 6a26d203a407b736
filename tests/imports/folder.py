"""A small folder of CSV files with its map, to be spoilt in one place at a time."""

from pathlib import Path

import pytest

from saumaton.financials import imports
from saumaton.financials.imports import BadInput, Problem
from saumaton.financials.models import Change, Customer, Item, Salesperson

MAP = """
name = "Small"
[company]
name = "Small Oy"
country = "FI"
lcy_code = "EUR"

[defaults]
decimal = ","
date = "%d.%m.%Y"

[[table]]
table = "salesperson"
file = "people.csv"
[table.fields]
code = "Code"
name.template = "{First} {Last}"

[[table]]
table = "customer"
file = "customers.csv"
[table.fields]
number = "Number"
name = "Name"
address = "Address"
salesperson = "Seller"
credit_limit = { column = "Limit", default = "0" }
blocked = { column = "Blocked", values = { x = "all" } }

[[table]]
table = "contact"
file = "customers.csv"
unless = { Person = "" }
[table.fields]
number.template = "{Number}-P"
type.value = "person"
name = "Person"
first_name = { column = "Person", pattern = '^(\\S+)' }
customer = "Number"

[[table]]
table = "currency"
rows = [{ code = "SEK" }, { code = "NOK" }]
[table.fields]
code = "code"

[[table]]
table = "exchange_rate"
file = "rates.csv"
[table.fields]
currency = "Currency"
starting_date = "Day"
exchange_rate_amount.value = 1
relational_exch_rate_amount = "Rate"
"""
PEOPLE = "Code,First,Last\nAK,Aino,Kallio\nEV,Eero,Vainio\n"
CUSTOMERS = """Number,Name,Address,Seller,Limit,Blocked,Person
1,Aallotar Oy,"Rantatie 12
Kotka",AK,"1500,50",,Helmi Korhonen
2,"Öhman, Löf & Co",Bulevardi 18,EV,,x,
3,Tyyni,"Linnankatu 50",,0,,Elias Räsänen
"""
RATES = 'Currency,Day,Rate\nSEK,1.1.2026,"0,0905"\nSEK,1.7.2026,"0,0892"\n'


class Folder:
    """Four files; `spoil` changes one of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        files = {"import.toml": MAP, "people.csv": PEOPLE, "customers.csv": CUSTOMERS}
        for name, text in {**files, "rates.csv": RATES}.items():
            (path / name).write_text(text, encoding="utf-8")

    def spoil(self, file: str, old: str, new: str) -> None:
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def load(self) -> imports.Report:
        return imports.load(self.path)

    def refused(self) -> tuple[Problem, ...]:
        """Import it, see that it is refused and nothing changed; return what is wrong."""
        before = everything()
        with pytest.raises(BadInput) as raised:
            self.load()
        assert everything() == before
        return raised.value.problems


def everything() -> tuple[object, ...]:
    """Return what there is in the database that an import could have touched."""
    tables = (Salesperson, Customer, Item)
    rows = [list(model.objects.order_by("pk").values()) for model in tables]
    return (*rows, Change.objects.count())
