"""CRM orders with their lines, and all that Financials knows of what they name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from saumaton.financials import models as erp
from saumaton.integration.backends.orm import LCY
from saumaton.integration.connections import crm_table
from saumaton.integration.memory import DjangoMemory
from saumaton.integration.models import Connection
from saumaton.sync.model import Row, Side

ZERO = Decimal(0)


@dataclass(frozen=True)
class Order:
    """A CRM order: its row, and its lines in the order in which the seller sees them."""

    row: Row
    lines: Sequence[Row]

    @property
    def id(self) -> UUID:
        return self.row.id

    def text(self, name: str) -> str:
        value = self.row.values.get(name)
        return str(value) if value is not None else ""

    def amount(self, name: str) -> Decimal:
        return amount(self.row, name)


def amount(row: Row, name: str) -> Decimal:
    value = row.values.get(name)
    return value if isinstance(value, Decimal) else ZERO


@dataclass
class Known:
    """What a chunk of orders points at, read with a few queries."""

    customers: dict[object, erp.Customer] = field(default_factory=dict)  # by CRM account
    items: dict[object, erp.Item | None] = field(default_factory=dict)  # by CRM product
    resources: dict[object, erp.Resource | None] = field(default_factory=dict)
    currencies: dict[object, erp.Currency | None] = field(default_factory=dict)
    accounts: dict[object, Row] = field(default_factory=dict)  # of contacts that order, by contact
    rates: dict[UUID, date] = field(default_factory=dict)  # the first rate of each currency
    setup: erp.SalesSetup | None = None
    today: date = field(default_factory=timezone.localdate)


def read_orders(connection: Connection, ids: Sequence[UUID]) -> list[Order]:
    """Return the orders that exist among these, each with its lines."""
    rows = list(crm_table(connection, "salesorder").fetch(ids))
    lines: dict[object, list[Row]] = defaultdict(list)
    found = crm_table(connection, "salesorderdetail").find([{"salesorderid": r.id} for r in rows])
    for line in found:
        lines[line.values["salesorderid"]].append(line)
    return [Order(row, sorted(lines[row.id], key=_place)) for row in rows]


def _place(line: Row) -> tuple[int, int, UUID]:
    sequence, number = line.values.get("sequencenumber"), line.values.get("lineitemnumber")
    return (
        sequence if isinstance(sequence, int) else 0,
        number if isinstance(number, int) else 0,
        line.id,
    )


def read_known(connection: Connection, orders: Iterable[Order]) -> Known:
    """Read what the orders point at on both sides."""
    orders = list(orders)
    memory = DjangoMemory(connection)
    known = Known(setup=erp.SalesSetup.objects.select_related("freight_account").first())
    known.accounts = _accounts_of_contacts(connection, orders)
    accounts = {o.row.values.get("accountid") for o in orders}
    accounts |= {row.values.get("parentcustomerid") for row in known.accounts.values()}
    products = {line.values.get("productid") for o in orders for line in o.lines}
    currencies = {o.row.values.get("transactioncurrencyid") for o in orders}
    known.customers = _coupled(memory, "CUSTOMER", accounts, erp.Customer)
    known.items = _coupled(memory, "ITEM-PRODUCT", products, erp.Item)
    known.resources = _coupled(memory, "RESOURCE-PRODUCT", products, erp.Resource)
    known.currencies = _coupled(memory, "CURRENCY", currencies, erp.Currency)
    rates = erp.ExchangeRate.objects.order_by("-starting_date")
    known.rates = dict(rates.values_list("currency", "starting_date"))
    return known


def _accounts_of_contacts(connection: Connection, orders: Iterable[Order]) -> dict[object, Row]:
    contacts = {
        o.row.values.get("contactid") for o in orders if o.row.values.get("accountid") is None
    } - {None}
    rows = crm_table(connection, "contact").fetch(contacts) if contacts else ()  # type: ignore[arg-type]
    return {row.id: row for row in rows}


def _coupled(memory: DjangoMemory, mapping: str, ids: Iterable[object], model) -> dict:  # type: ignore[no-untyped-def, type-arg]
    """Return, by CRM id, the coupled rows of the model; None where the row is gone, or is LCY."""
    wanted = [id for id in ids if isinstance(id, UUID)]
    couplings = memory.couplings(mapping, Side.CRM, wanted)
    rows = model.objects.in_bulk([c.erp for c in couplings])
    return {c.crm: rows.get(c.erp) for c in couplings if c.erp == LCY or c.base is not None}
