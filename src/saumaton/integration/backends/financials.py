"""Financials as the ERP of a connection: which of its models hold what the mappings speak of."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q, Sum
from django.utils import timezone

from saumaton.financials import models as erp
from saumaton.sync.model import Value

from . import new_records as new
from .orm import LCY, OrmTable, Record, VirtualTable

ADDRESS = {
    name: name
    for name in (
        "address",
        "address_2",
        "post_code",
        "city",
        "country",
        "county",
        "phone",
        "mobile_phone",
        "email",
        "fax",
        "home_page",
    )
}


def tables() -> dict[str, OrmTable | VirtualTable]:
    """Return Financials' tables by the names that mappings use."""
    price_list = default_price_list_id()
    product = {"default_price_list": price_list, "price_currency": LCY}
    found: tuple[OrmTable | VirtualTable, ...] = (
        OrmTable(
            "salesperson",
            erp.Salesperson,
            {
                "code": "code",
                "name": "name",
                "email": "email",
                "phone": "phone",
                "blocked": "blocked",
            },
        ),
        VirtualTable("currency", currencies),
        VirtualTable("unit_of_measure", units),
        VirtualTable("base_unit", units),
        VirtualTable("default_price_list", default_price_lists),
        VirtualTable("customer_price_group", price_groups),
        OrmTable(
            "customer",
            erp.Customer,
            {
                **ADDRESS,
                "number": "number",
                "name": "name",
                "contact_name": "contact_name",
                "salesperson": "salesperson_id",
                "currency": "currency_id",
                "credit_limit": "credit_limit",
                "primary_contact": "primary_contact_id",
                "blocked": "blocked",
            },
            derive=name_local_currency,
            complete=new.customers,
        ),
        OrmTable(
            "contact",
            erp.Contact,
            {
                **ADDRESS,
                "number": "number",
                "name": "name",
                "first_name": "first_name",
                "middle_name": "middle_name",
                "surname": "surname",
                "job_title": "job_title",
                "pager": "pager",
                "customer": "customer_id",
                "salesperson": "salesperson_id",
                "currency": "currency_id",
            },
            only=Q(type="person", customer__isnull=False),
            derive=name_local_currency,
            complete=new.contacts,
            follow_up=new.name_contacts,
        ),
        OrmTable(
            "item",
            erp.Item,
            {
                "number": "number",
                "description": "description",
                "base_unit": "base_unit_id",
                "unit_price": "unit_price",
                "unit_cost": "unit_cost",
                "unit_volume": "unit_volume",
                "gross_weight": "gross_weight",
                "vendor_number": "vendor_number",
                "vendor_item_number": "vendor_item_number",
                "blocked": "blocked",
            },
            constants=product,
            derive=complete_items,
        ),
        OrmTable(
            "resource",
            erp.Resource,
            {
                "number": "number",
                "name": "name",
                "base_unit": "base_unit_id",
                "unit_price": "unit_price",
                "unit_cost": "unit_cost",
                "vendor_number": "vendor_number",
                "capacity": "capacity",
                "blocked": "blocked",
            },
            constants=product,
            derive=repeat_unit_and_cost,
        ),
        *(
            OrmTable(
                f"{name}_price",
                model,
                {"unit": "base_unit_id", "unit_price": "unit_price", "blocked": "blocked"},
                feed=name,
                constants={"currency": LCY, "price_list": price_list},
                derive=name_product,
            )
            for name, model in (("item", erp.Item), ("resource", erp.Resource))
        ),
        OrmTable(
            "sales_price",
            erp.SalesPrice,
            {
                "customer_price_group": "customer_price_group_id",
                "item": "item_id",
                "unit": "unit_id",
                "base_unit": "item__base_unit_id",
                "currency": "currency_id",
                "unit_price": "unit_price",
                "starting_date": "starting_date",
                "ending_date": "ending_date",
            },
            only=Q(sales_type="customer_price_group", minimum_quantity__lte=1),
            derive=complete_prices,
        ),
    )
    return {table.name: table for table in found}


def name_local_currency(records: list[Record]) -> None:
    """A blank currency is the local one, which has an id of its own here."""
    for record in records:
        record["currency"] = record["currency"] or LCY


def repeat_unit_and_cost(records: list[Record]) -> None:
    """One value may answer to two columns of the CRM; a mapping names each of them once."""
    for record in records:
        record["base_unit_2"] = record["base_unit"]
        record["unit_cost_2"] = record["unit_cost"]


def complete_items(records: list[Record]) -> None:
    repeat_unit_and_cost(records)
    entries = erp.ItemLedgerEntry.objects.filter(item__in=[r["id"] for r in records])
    stock = dict(entries.values_list("item").annotate(Sum("quantity")))
    for record in records:
        record["inventory"] = stock.get(record["id"], Decimal(0))


def name_product(records: list[Record]) -> None:
    for record in records:
        record["product"] = record["id"]


def complete_prices(records: list[Record]) -> None:
    name_local_currency(records)
    today = timezone.localdate()
    for record in records:
        record["unit"] = record["unit"] or record["base_unit"]
        begun = record["starting_date"] is None or record["starting_date"] <= today  # type: ignore[operator]
        ended = record["ending_date"] is not None and record["ending_date"] < today  # type: ignore[operator]
        record["in_force"] = begun and not ended


def currencies() -> Iterator[Record]:
    """Yield the currencies with today's rate, the local one first under its virtual id."""
    setup = erp.GeneralLedgerSetup.objects.get()
    lcy = {"code": setup.lcy_code, "symbol": "", "description": setup.local_currency_description}
    yield _currency(LCY, lcy, Decimal(1))
    rates: dict[Value, Decimal] = {}
    begun = erp.ExchangeRate.objects.filter(starting_date__lte=timezone.localdate())
    for rate in begun.order_by("starting_date"):
        rates[rate.currency_id] = rate.exchange_rate_amount / rate.relational_exch_rate_amount
    for row in erp.Currency.objects.exclude(code=setup.lcy_code).values():
        yield _currency(row["id"], row, rates.get(row["id"]))


def _currency(id: UUID, row: Mapping[str, Any], rate: Decimal | None) -> Record:
    return {
        "id": id,
        "code": row["code"],
        "symbol": row["symbol"] or row["code"],
        "description": row["description"] or row["code"],
        "crm_exchange_rate": rate,
    }


def units() -> Iterator[Record]:
    for id, code in erp.UnitOfMeasure.objects.values_list("id", "code"):
        yield {"id": id, "code": code, "group": id, "group_name": f"NAV {code}"}


def default_price_list_id() -> UUID:
    company = erp.CompanyInformation.objects.values_list("pk", flat=True).get()
    return uuid5(UUID(str(company)), "default price list")


def default_price_lists() -> Iterator[Record]:
    name = "Saumaton Default Price List"
    yield {"id": default_price_list_id(), "name": name, "currency": LCY}


def price_groups() -> Iterator[Record]:
    """Yield the customer price groups, each in the currency of its first price."""
    prices = erp.SalesPrice.objects.filter(customer_price_group__isnull=False)
    found: dict[Value, Value] = {}
    for group, currency in prices.order_by("pk").values_list("customer_price_group", "currency"):
        found.setdefault(group, currency)
    for row in erp.CustomerPriceGroup.objects.values("id", "code", "description"):
        yield {**row, "currency": found.get(row["id"]) or LCY}
