"""Customers: their list and card."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saumaton.financials import ledger, setup
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import Customer, CustomerLedgerEntry, SalesHeader
from saumaton.financials.pages.numbering import numbered
from saumaton.pages import registry
from saumaton.pages.actions import Action
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource
from saumaton.pages.source import Record

number_it = numbered("customer_numbers")


def balances(rows: Sequence[Customer]) -> dict[Any, Decimal]:
    """Return what each customer owes in LCY."""
    return ledger.balances(row.pk for row in rows)


def prepare(row: Customer, new: bool) -> None:
    """Give a new customer its number and, where they are empty, the usual posting groups."""
    number_it(row, new)
    if new:
        for name, value in setup.new_customer_defaults(row.country).items():
            if getattr(row, name) is None:
                setattr(row, name, value)


def facts(record: Record) -> list[Fact]:
    """Return the statistics of a customer; each figure leads to what it is made of."""
    number, key = record["number"], record.row.pk
    today = timezone.localdate()
    overdue = ledger.balances([key], today - timedelta(days=1))[key]
    orders = SalesHeader.objects.filter(customer=key, document_type="order")
    sold = CustomerLedgerEntry.objects.filter(
        customer=key, posting_date__year=today.year
    ).aggregate(sum=ExactSum("sales_lcy"))["sum"]
    entries = f"/list/customer_ledger_entry/?f-customer={number}"
    return [
        Fact(_("Balance (LCY)"), balances([record.row])[record.row.pk], address=entries),
        Fact(_("Overdue (LCY)"), overdue, address=f"{entries}&f-open=1"),
        Fact(_("Credit Limit (LCY)"), record.row.credit_limit),
        Fact(_("Sales this year (LCY)"), sold, address=entries),
        Fact(
            _("Open orders"),
            orders.count(),
            "integer",
            f"/list/sales_order/?f-customer={number}",
        ),
        Fact(
            _("Orders, amount"),
            orders.aggregate(sum=ExactSum("amount_including_vat"))["sum"],
            address=f"/list/sales_order/?f-customer={number}",
        ),
        Fact(
            _("Contacts"),
            record.row.contacts.count(),
            "integer",
            f"/list/contact/?f-customer={number}",
        ),
    ]


CUSTOMERS = OrmSource(
    Customer,
    search=("number", "name", "city", "phone", "email"),
    computed={"balance": balances},
    fields=(
        Field("balance", _("Balance (LCY)"), "money"),
        Field("email", kind="email"),
        Field("number", help=_("Left empty, the next number of the series is taken.")),
    ),
    prepare=prepare,
    optional=("number",),
)

registry.add(
    ListPage(
        name="customer",
        caption=_("Customer List"),
        source=CUSTOMERS,
        columns=("number", "name", "city", "phone", "salesperson", "balance", "blocked"),
        more=(
            "name_2", "contact_name", "address", "post_code", "country", "email", "mobile_phone",
            "currency", "payment_terms", "customer_price_group", "credit_limit", "home_page",
        ),
        filters=("blocked", "salesperson", "currency", "customer_price_group", "city", "country"),
        views=(View("blocked", _("Blocked"), {"blocked": "<>''"}),),
        group="sales",
        place=10,
        found=True,
        words=_("customers accounts buyers"),
    ),
    CardPage(
        name="customer",
        caption=_("Customer"),
        source=CUSTOMERS,
        sections=(
            Section(
                _("General"),
                ("number", "name", "name_2", "salesperson", "blocked", "credit_limit"),
            ),
            Section(
                _("Address and contact"),
                (
                    "address", "address_2", "post_code", "city", "county", "country", "phone",
                    "mobile_phone", "email", "fax", "home_page", "contact_name", "primary_contact",
                ),
            ),
            Section(
                _("Invoicing"),
                (
                    "bill_to_customer", "vat_registration_number", "customer_posting_group",
                    "general_business_posting_group", "vat_business_posting_group",
                    "customer_price_group", "prices_including_vat", "allow_line_discount",
                    "currency", "payment_terms",
                ),
            ),
            Section(_("Shipping"), ("location", "shipment_method", "shipping_agent")),
        ),
        facts=facts,
        badge="blocked",
        edit_right="edit master data",
        actions=(
            Action(
                "new-quote",
                _("New Sales Quote"),
                right="edit sales",
                on=("card",),
                address=lambda record: f"/card/sales_quote/new/?customer={record['number']}",
            ),
            Action(
                "new-order",
                _("New Sales Order"),
                right="edit sales",
                on=("card",),
                address=lambda record: f"/card/sales_order/new/?customer={record['number']}",
            ),
            Action(
                "entries",
                _("Ledger Entries"),
                on=("card",),
                address=lambda record: (
                    f"/list/customer_ledger_entry/?f-customer={record['number']}"
                ),
            ),
        ),
    ),
)  # fmt: skip
