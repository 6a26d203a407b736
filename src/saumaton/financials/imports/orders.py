"""Orders in files: not imported, but read for those who enter them elsewhere."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

from .check import References, as_kept, model_of, unknown
from .drafts import Draft, Drafts
from .known import find_map
from .maps import Section
from .problems import Problem, Wrong
from .run import Import, Input

AT_LEAST_NOTHING = MinValueValidator(Decimal(0))


def _text(name: str, length: int) -> models.Field:
    return _named(name, models.CharField(max_length=length, blank=True))


def _amount(name: str, *checks: Callable[[Any], None]) -> models.Field:
    number = models.DecimalField(
        max_digits=20, decimal_places=5, default=Decimal(0), validators=[AT_LEAST_NOTHING, *checks]
    )
    return _named(name, number)


def _named(name: str, field: models.Field) -> models.Field:
    field.name = name
    return field


KEY = 20
ORDER_FIELDS = {
    "number": _named("number", models.CharField(max_length=KEY)),
    "customer": _named("customer", models.CharField(max_length=KEY)),
    "salesperson": _text("salesperson", KEY),
    "order_date": _named("order_date", models.DateField()),
    "required_date": _named("required_date", models.DateField(null=True)),
    "freight": _amount("freight"),
    "ship_to_name": _text("ship_to_name", 100),
    "ship_to_address": _text("ship_to_address", 100),
    "ship_to_city": _text("ship_to_city", 50),
    "ship_to_county": _text("ship_to_county", 30),
    "ship_to_post_code": _text("ship_to_post_code", 20),
    "ship_to_country": _text("ship_to_country", 30),
}
LINE_FIELDS = {
    "order": _named("order", models.CharField(max_length=KEY)),
    "item": _named("item", models.CharField(max_length=KEY)),
    "unit_price": _amount("unit_price"),
    "quantity": _amount("quantity"),
    "discount_rate": _amount("discount_rate", MaxValueValidator(Decimal(1))),
}


@dataclass(frozen=True)
class OrderLine:
    """`discount_rate` is a share of the line: 0.15 is 15 %."""

    item_key: str
    unit_price: Decimal
    quantity: Decimal
    discount_rate: Decimal


@dataclass(frozen=True)
class Order:
    """An order as a file has it; customer, salesperson and items are named by their ERP keys."""

    number: str
    customer_key: str
    salesperson_key: str
    order_date: date
    required_date: date | None
    freight: Decimal
    ship_to_name: str
    ship_to_address: str
    ship_to_city: str
    ship_to_county: str
    ship_to_post_code: str
    ship_to_country: str
    lines: tuple[OrderLine, ...]


def read_orders(directory: Path, map: str | None = None) -> list[Order]:
    """Return the orders of a folder, in the order of the file.

    Customers, salespeople and items must be in the folder's files or in Financials.
    Raises `BadInput` with every problem; also if the map says nothing about orders.
    """
    source = Input(directory, find_map(directory, map))
    source.read()
    rows = _ForReference(source)
    orders, lines = check_orders(source, rows.references)
    if not source.map.orders and not source.problems:
        reason = _("The map has no [orders].")
        source.problems.append(Problem(source.map.file, 0, "", reason))
    source.raise_problems()
    return _joined(orders, lines)


class _ForReference(Import):
    """The rows of the other files, made only to be referred to."""

    def __init__(self, source: Input) -> None:
        super().__init__(source)
        for section in source.map.sections:
            if model := self._model(section):
                self._draft(model, section)


def check_orders(source: Input, references: References) -> tuple[list[Draft], list[Draft]]:
    """Return the orders and lines of the input; every problem of theirs is noted in `source`."""
    orders = _drafts(source, source.map.orders, ORDER_FIELDS)
    lines = _drafts(source, source.map.lines, LINE_FIELDS)
    if orders is None or lines is None:
        return [], []
    for field, table in (("customer", "customer"), ("salesperson", "salesperson")):
        _must_exist(orders, field, table, references)
    _must_exist(lines, "item", "item", references)
    numbers: dict[str, int] = {}
    for row in orders.rows:
        _once(orders, row, numbers)
    for row in lines.rows:
        if row.values.get("order") not in (None, *numbers):
            number = row.values["order"]
            reason = _("There is no order “%(number)s”.") % {"number": number}
            lines.problem(row, "order", Wrong(reason, _("Correct it, or add the order.")))
    return orders.rows, lines.rows


def _drafts(
    source: Input, section: Section | None, fields: dict[str, models.Field]
) -> Drafts | None:
    if section is None:
        return None
    for name in sorted(set(fields) ^ set(section.fields)):
        known, needed = name in fields, fields.get(name)
        if known and needed is not None and (needed.blank or needed.null or needed.has_default()):
            continue
        reason = _("The map must name it.") if known else _("Orders have no such field.")
        place = f"{section.table}.{name}"
        source.problems.append(Problem(source.map.file, 0, place, reason))
        return None
    return source.drafts(section, fields)


def _must_exist(drafts: Drafts, field: str, table: str, references: References) -> None:
    model = model_of(table)
    named = [row for row in drafts.rows if row.values.get(field)]
    known = references.known(model, "", (row.values[field] for row in named))
    for row in named:
        if as_kept(model, "", row.values[field]) not in known:
            drafts.problem(row, field, unknown(model, row.values[field]))


def _once(orders: Drafts, row: Draft, numbers: dict[str, int]) -> None:
    number = row.values.get("number")
    if number is None:
        return
    if (line := numbers.setdefault(number, row.line.number)) != row.line.number:
        shown = {"key": number, "line": line}
        reason = _("Order “%(key)s” is on line %(line)d already.") % shown
        orders.problem(row, "number", Wrong(reason, _("Remove one of the two.")))


def _joined(orders: Iterable[Draft], lines: Iterable[Draft]) -> list[Order]:
    of_order: dict[str, list[OrderLine]] = defaultdict(list)
    for row in lines:
        values = {name: row.values.get(name, Decimal(0)) for name in LINE_FIELDS}
        order, item = values.pop("order"), values.pop("item")
        of_order[order].append(OrderLine(item_key=item, **values))
    return [_order(row, tuple(of_order[row.values["number"]])) for row in orders]


def _order(row: Draft, lines: tuple[OrderLine, ...]) -> Order:
    values = {
        name: row.values[name] if name in row.values else field.get_default()
        for name, field in ORDER_FIELDS.items()
    }
    customer, salesperson = values.pop("customer"), values.pop("salesperson")
    return Order(customer_key=customer, salesperson_key=salesperson, lines=lines, **values)
