"""Ledger entries: read, never edited."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saumaton.financials import ledger
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import (
    CustomerLedgerEntry,
    DetailedCustomerLedgerEntry,
    GLEntry,
    ItemLedgerEntry,
)
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource


def first_amounts(rows: Sequence[CustomerLedgerEntry]) -> dict[Any, Decimal]:
    """Return what each entry was worth when it was posted."""
    sums = (
        DetailedCustomerLedgerEntry.objects.filter(
            entry__in=[row.pk for row in rows], entry_type="initial"
        )
        .values_list("entry_id")
        .annotate(sum=ExactSum("amount"))
    )
    return dict(sums)


def remaining(rows: Sequence[CustomerLedgerEntry]) -> dict[Any, Decimal]:
    return {key: left.amount for key, left in ledger.remaining(row.pk for row in rows).items()}


def remaining_lcy(rows: Sequence[CustomerLedgerEntry]) -> dict[Any, Decimal]:
    return {key: left.amount_lcy for key, left in ledger.remaining(row.pk for row in rows).items()}


ITEM_ENTRIES = OrmSource(
    ItemLedgerEntry,
    search=("document_number", "item__number", "description"),
    order="-entry_number",
    code="entry_number",
)
CUSTOMER_ENTRIES = OrmSource(
    CustomerLedgerEntry,
    search=("document_number", "customer__number", "description"),
    order="-entry_number",
    code="entry_number",
    computed={
        "amount": first_amounts,
        "remaining": remaining,
        "remaining_lcy": remaining_lcy,
    },
    fields=(
        Field("amount", _("Amount"), "money"),
        Field("remaining", _("Remaining Amount"), "money"),
        Field("remaining_lcy", _("Remaining Amt. (LCY)"), "money"),
    ),
)
GL_ENTRIES = OrmSource(
    GLEntry,
    search=("document_number", "account__number", "description"),
    order="-entry_number",
    code="entry_number",
)
ITEM_COLUMNS = (
    "entry_number", "posting_date", "entry_type", "document_type", "document_number", "item",
    "description", "customer", "location", "quantity", "unit_cost",
)  # fmt: skip
CUSTOMER_COLUMNS = (
    "entry_number", "posting_date", "document_type", "document_number", "customer", "description",
    "currency", "amount", "remaining", "due_date", "open",
)  # fmt: skip
MORE_OF_CUSTOMERS = (
    "remaining_lcy", "sales_lcy", "salesperson", "your_reference", "external_document_number",
    "sell_to_customer", "closed_by",
)  # fmt: skip

registry.add(
    ListPage(
        name="item_ledger_entry",
        caption=_("Item Ledger Entries"),
        source=ITEM_ENTRIES,
        columns=ITEM_COLUMNS,
        filters=("item", "entry_type", "posting_date", "document_number", "customer", "location"),
        group="inventory",
        place=60,
    ),
    CardPage(
        name="item_ledger_entry",
        caption=_("Item Ledger Entry"),
        source=ITEM_ENTRIES,
        title=("entry_number", "document_number"),
        sections=(Section(_("General"), ITEM_COLUMNS),),
        creatable=False,
    ),
    ListPage(
        name="customer_ledger_entry",
        caption=_("Customer Ledger Entries"),
        source=CUSTOMER_ENTRIES,
        columns=CUSTOMER_COLUMNS,
        more=MORE_OF_CUSTOMERS,
        filters=("customer", "document_type", "open", "posting_date", "due_date", "currency"),
        views=(View("open", _("Open"), {"open": "1"}),),
        group="finance",
        place=10,
    ),
    CardPage(
        name="customer_ledger_entry",
        caption=_("Customer Ledger Entry"),
        source=CUSTOMER_ENTRIES,
        title=("entry_number", "document_number"),
        sections=(
            Section(_("General"), CUSTOMER_COLUMNS),
            Section(_("More"), MORE_OF_CUSTOMERS),
        ),
        creatable=False,
    ),
    ListPage(
        name="gl_entry",
        caption=_("G/L Entries"),
        source=GL_ENTRIES,
        columns=(
            "entry_number", "posting_date", "document_type", "document_number", "account",
            "description", "amount",
        ),
        filters=("account", "posting_date", "document_number"),
        group="finance",
        place=20,
    ),
)  # fmt: skip
