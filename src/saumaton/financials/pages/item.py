"""Items, resources and their units of measure."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from saumaton.financials import ledger, setup
from saumaton.financials.exact import ExactSum
from saumaton.financials.models import Item, ItemLedgerEntry, ItemUnit, Resource
from saumaton.financials.pages.numbering import numbered
from saumaton.pages import registry
from saumaton.pages.actions import Action
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource
from saumaton.pages.source import Record


def shortages() -> QuerySet[Any]:
    """Return items whose stock is below their reorder point, the worst first."""
    on_hand = (
        ItemLedgerEntry.objects.filter(item=OuterRef("pk"))
        .order_by()
        .values("item")
        .annotate(sum=Sum("quantity"))
        .values("sum")
    )
    return (
        Item.objects.filter(reorder_point__gt=0, blocked=False)
        .annotate(on_hand=Coalesce(Subquery(on_hand), Value(ZERO)))
        .filter(on_hand__lt=F("reorder_point"))
        .annotate(short=F("reorder_point") - F("on_hand"))
        .order_by("-short")
    )


def is_short(text: str) -> Q:
    """Return the condition of the filter for items below their reorder point."""
    short = Q(pk__in=shortages().order_by().values("pk"))
    return short if text == "1" else ~short


ZERO = Decimal(0)
NUMBER = Field("number", help=_("Left empty, the next number of the series is taken."))


def stock(rows: Sequence[Item]) -> dict[Any, Decimal]:
    """Return what is on hand of each item."""
    return ledger.stock(row.pk for row in rows)


def with_defaults(
    series: str, defaults: Callable[[Any], dict[str, Any]]
) -> Callable[[Any, bool], None]:
    """Return what gives a new record its number and, where they are empty, the usual groups."""
    number_it = numbered(series)

    def prepare(row: Any, new: bool) -> None:
        number_it(row, new)
        for name, value in defaults(row).items() if new else ():
            if getattr(row, name) is None:
                setattr(row, name, value)

    return prepare


def facts(record: Record) -> list[Fact]:
    number, key = record["number"], record.row.pk
    on_hand = ledger.stock([key])[key]
    demand = ledger.on_sales_orders([key])[key]
    sold = ItemLedgerEntry.objects.filter(item=key, entry_type="sale").aggregate(
        sum=ExactSum("quantity")
    )["sum"]
    return [
        Fact(_("Stock"), on_hand, "quantity", f"/list/item_ledger_entry/?f-item={number}"),
        Fact(_("On sales orders"), demand, "quantity"),
        Fact(_("Available"), on_hand - demand, "quantity"),
        Fact(_("Reorder Point"), record.row.reorder_point, "quantity"),
        Fact(
            _("Sold"),
            -sold,
            "quantity",
            f"/list/item_ledger_entry/?f-item={number}&f-entry_type=sale",
        ),
        Fact(_("Stock value"), on_hand * record.row.unit_cost),
    ]


ITEMS = OrmSource(
    Item,
    search=("number", "description", "vendor_item_number", "gtin"),
    computed={"stock": stock},
    fields=(
        Field("stock", _("Stock"), "quantity"),
        Field("short", _("Below reorder point"), "boolean"),
        NUMBER,
    ),
    filters={"short": is_short},
    prepare=with_defaults("item_numbers", lambda row: setup.new_item_defaults(row.type)),
    optional=("number",),
)
RESOURCES = OrmSource(
    Resource,
    search=("number", "name"),
    fields=(NUMBER,),
    prepare=with_defaults("resource_numbers", lambda row: setup.new_resource_defaults()),
    optional=("number",),
)
ITEM_UNITS = OrmSource(
    ItemUnit, search=("item__number", "unit__code"), order="item__number", code="pk"
)

registry.add(
    ListPage(
        name="item",
        caption=_("Items"),
        source=ITEMS,
        columns=(
            "number", "description", "type", "base_unit", "stock", "unit_price", "unit_cost",
            "blocked",
        ),
        more=("category", "vendor_item_number", "gtin", "sales_unit", "reorder_point",
              "sales_blocked", "net_weight", "gross_weight"),
        filters=("type", "category", "blocked", "sales_blocked", "unit_price", "short"),
        views=(
            View("short", _("Below reorder point"), {"short": "1"}),
            View("blocked", _("Blocked"), {"blocked": "1"}),
        ),
        group="inventory",
        place=10,
        found=True,
        words=_("products articles stock"),
    ),
    CardPage(
        name="item",
        caption=_("Item"),
        source=ITEMS,
        title=("number", "description"),
        sections=(
            Section(
                _("General"),
                (
                    "number", "description", "type", "base_unit", "sales_unit", "category",
                    "blocked", "sales_blocked",
                ),
            ),
            Section(
                _("Inventory"),
                (
                    Field("stock", readonly=True), "reorder_point", "prevent_negative_inventory",
                    "unit_volume", "gross_weight", "net_weight", "gtin",
                ),
            ),
            Section(
                _("Prices and posting"),
                (
                    "unit_price", "price_includes_vat", "unit_cost", "allow_invoice_discount",
                    "general_product_posting_group", "vat_product_posting_group",
                    "inventory_posting_group",
                ),
            ),
            Section(_("Replenishment"), ("vendor_number", "vendor_item_number")),
        ),
        facts=facts,
        edit_right="edit master data",
        actions=(
            Action(
                "prices",
                _("Sales Prices"),
                on=("card",),
                address=lambda record: f"/list/sales_price/?f-item={record['number']}",
            ),
            Action(
                "units",
                _("Units of Measure"),
                on=("card",),
                address=lambda record: f"/list/item_unit/?f-item={record['number']}",
            ),
            Action(
                "entries",
                _("Ledger Entries"),
                on=("card",),
                address=lambda record: f"/list/item_ledger_entry/?f-item={record['number']}",
            ),
        ),
    ),
    ListPage(
        name="item_unit",
        caption=_("Item Units of Measure"),
        source=ITEM_UNITS,
        columns=("item", "unit", "quantity_per"),
        filters=("item", "unit"),
        group="inventory",
        place=50,
    ),
    CardPage(
        name="item_unit",
        caption=_("Item Unit of Measure"),
        source=ITEM_UNITS,
        title=("item", "unit"),
        sections=(Section(_("General"), ("item", "unit", Field("quantity_per", kind="quantity"))),),
        edit_right="edit master data",
    ),
    ListPage(
        name="resource",
        caption=_("Resources"),
        source=RESOURCES,
        columns=("number", "name", "type", "base_unit", "unit_price", "unit_cost", "blocked"),
        more=("capacity", "vendor_number"),
        filters=("type", "blocked"),
        group="inventory",
        place=20,
        found=True,
    ),
    CardPage(
        name="resource",
        caption=_("Resource"),
        source=RESOURCES,
        sections=(
            Section(
                _("General"),
                ("number", "name", "type", "base_unit", "capacity", "vendor_number", "blocked"),
            ),
            Section(
                _("Prices and posting"),
                (
                    "unit_price", "unit_cost", "direct_unit_cost",
                    "general_product_posting_group", "vat_product_posting_group",
                ),
            ),
        ),
        edit_right="edit master data",
    ),
)  # fmt: skip
