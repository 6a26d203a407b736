"""Price list items: what a product costs per unit in a price list."""

from ..described import Table, choice, decimal, lookup, money, text
from .shared_columns import currency, rate

TABLE = Table(
    name="productpricelevel",
    set_name="productpricelevels",
    primary_name="productidname",
    code=1026,
    schema="ProductPriceLevel",
    label="Price List Item",
    plural="Price List Items",
    unique=(("pricelevelid", "productid", "uomid"),),
    columns=(
        text("productidname", 100, create=False, update=False),
        text("productnumber", 100, create=False, update=False),
        lookup(
            "pricelevelid",
            "pricelevel",
            back="price_level_product_price_levels",
            required=True,
            update=False,
            cascade="cascade",
        ),
        lookup(
            "productid",
            "product",
            back="product_price_levels",
            required=True,
            cascade="cascade",
        ),
        lookup("uomid", "uom", back="unit_of_measurement_product_price_level", cascade="restrict"),
        lookup("uomscheduleid", "uomschedule", cascade="restrict"),
        choice(
            "pricingmethodcode",
            (
                (1, "Currency Amount"),
                (2, "Percent of List"),
                (3, "Percent Markup - Current Cost"),
                (4, "Percent Margin - Current Cost"),
                (5, "Percent Markup - Standard Cost"),
                (6, "Percent Margin - Standard Cost"),
            ),
            default=1,
        ),
        money("amount", 0, 1e14),
        decimal("percentage", 2, 0, 1e9),
        choice(
            "quantitysellingcode",
            ((1, "No Control"), (2, "Whole"), (3, "Whole and Fractional")),
            default=1,
        ),
        choice(
            "roundingpolicycode",
            ((1, "None"), (2, "Up"), (3, "Down"), (4, "To Nearest")),
            default=1,
        ),
        choice("roundingoptioncode", ((1, "Ends in"), (2, "Multiple of"))),
        money("roundingoptionamount", 0, 1e12),
        currency(),
        rate(),
    ),
)
