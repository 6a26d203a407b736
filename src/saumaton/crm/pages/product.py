"""Products and the price lists that say what they cost."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Record

from . import webapi
from .lines import PriceLines
from .source import TableSource

PRODUCTS = TableSource("product", search=("productnumber", "name"), order="productnumber")
PRICE_LISTS = TableSource("pricelevel")
PRICES = TableSource("productpricelevel", ("productnumber", "productidname"), "productnumber")
ACTIVE, RETIRED, DRAFT = 0, 1, 2


def all_prices(record: Record) -> Sequence[Fact]:
    """Return how many prices the list has, leading to all of them."""
    count = webapi.count("productpricelevels", f"_pricelevelid_value eq {record.key}")
    address = f"{reverse('pages:list', args=['productpricelevel'])}?f-pricelevelid={record.key}"
    return [Fact(_("Prices"), count, "integer", address)]


def set_state(state: int, reason: int) -> Callable[[Call], Done]:
    """Return the action that moves products to a state; the server says whether it may be."""

    def run(call: Call) -> Done:
        for key in call.keys:
            values = {"statecode": state, "statuscode": reason}
            webapi.ask("PATCH", f"products({key})", values)
        return Done(_("Done."))

    return run


def is_in(*states: int) -> Callable[[Record], bool]:
    def holds(record: Record) -> bool:
        return record["statecode"] in states

    return holds


registry.add(
    ListPage(
        "product",
        _("Products"),
        PRODUCTS,
        columns=("productnumber", "name", "defaultuomid", "price", "quantityonhand", "statecode"),
        more=("standardcost", "vendorname", "stockweight", "producttypecode"),
        filters=("statecode", "producttypecode"),
        views=(View("active", _("Active Products"), {"statecode": "0"}),),
        group="catalogue",
        place=10,
        found=True,
    ),
    CardPage(
        "product",
        _("Product"),
        PRODUCTS,
        title=("productnumber", "name"),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("productnumber", "name", "producttypecode", "defaultuomscheduleid",
                 "defaultuomid", "validfromdate", "validtodate"),
            ),
            Section(
                _("Prices and stock"),
                ("price", "standardcost", "transactioncurrencyid", "pricelevelid",
                 "quantityonhand", "stockvolume", "stockweight"),
            ),
            Section(_("Vendor"), ("vendorid", "vendorname", "vendorpartnumber"), folded=True),
            Section(_("Description"), ("description",), folded=True),
        ),
        actions=(
            Action("publish", _("Publish"), set_state(ACTIVE, 1), when=is_in(DRAFT, 3)),
            Action("retire", _("Retire"), set_state(RETIRED, 2), when=is_in(ACTIVE)),
        ),
        edit_right="write",
    ),
    ListPage(
        "pricelevel",
        _("Price Lists"),
        PRICE_LISTS,
        columns=("name", "transactioncurrencyid", "begindate", "enddate", "statecode"),
        filters=("statecode",),
        group="catalogue",
        place=20,
    ),
    CardPage(
        "pricelevel",
        _("Price List"),
        PRICE_LISTS,
        title=("name",),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("name", "transactioncurrencyid", "begindate", "enddate", "description"),
            ),
        ),
        lines=Lines(
            PriceLines(), columns=("productid", "uomid", "amount"), caption=_("Price List Items")
        ),
        facts=all_prices,
        edit_right="write",
    ),
    ListPage(
        "productpricelevel",
        _("Price List Items"),
        PRICES,
        columns=("productnumber", "productid", "pricelevelid", "uomid", "amount"),
        filters=("pricelevelid", "productid"),
    ),
    CardPage(
        "productpricelevel",
        _("Price List Item"),
        PRICES,
        title=("productidname",),
        sections=(
            Section(_("Summary"), ("pricelevelid", "productid", "uomid", "amount")),
        ),
        edit_right="write",
    ),
)  # fmt: skip
