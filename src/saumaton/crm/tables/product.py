"""Products that can be put on documents while they are active."""

from ..described import (
    Key,
    State,
    Table,
    choice,
    day,
    decimal,
    lookup,
    memo,
    money,
    text,
    whole,
    yes_no,
)
from .shared_columns import TRILLION, currency, rate

BILLION = 1e9

TABLE = Table(
    name="product",
    set_name="products",
    primary_name="name",
    code=1024,
    plural="Products",
    states=(
        State(0, "Active", ((1, "Active"),)),
        State(1, "Retired", ((2, "Retired"),)),
        State(2, "Draft", ((0, "Draft"),)),
        State(3, "Under Revision", ((3, "Under Revision"),)),
    ),
    first_state=2,
    keys=(Key("productnumber_key", ("productnumber",)),),
    columns=(
        text("productnumber", 100, schema="ProductNumber", required=True),
        text("name", 100),
        choice(
            "producttypecode",
            (
                (1, "Sales Inventory"),
                (2, "Miscellaneous Charges"),
                (3, "Services"),
                (4, "Flat Fees"),
            ),
            default=1,
        ),
        choice(
            "productstructure",
            ((1, "Product"), (2, "Product Family"), (3, "Product Bundle")),
            default=1,
            update=False,
        ),
        lookup("defaultuomscheduleid", "uomschedule", cascade="restrict"),
        lookup("defaultuomid", "uom", cascade="restrict"),
        lookup("pricelevelid", "pricelevel", cascade="restrict"),
        lookup("parentproductid", "product"),
        money("price", 0, TRILLION),
        money("standardcost", 0, TRILLION),
        money("currentcost", 0, TRILLION),
        whole("quantitydecimal", 0, 5, default=2),
        decimal("quantityonhand", 2, 0, BILLION),
        decimal("stockvolume", 2, 0, BILLION),
        decimal("stockweight", 2, 0, BILLION),
        yes_no("isstockitem", False),
        yes_no("iskit", False),
        text("vendorid", 100),
        text("vendorname", 100),
        text("vendorpartnumber", 100),
        text("suppliername", 100),
        memo("description"),
        text("producturl", 255),
        text("size", 200),
        day("validfromdate"),
        day("validtodate"),
        currency(),
        rate(),
    ),
)
