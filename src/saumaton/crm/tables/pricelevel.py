"""Price lists, each in one currency."""

from ..described import State, Table, choice, day, memo, text
from .shared_columns import DEFAULT_VALUE, currency, rate

TABLE = Table(
    name="pricelevel",
    set_name="pricelevels",
    primary_name="name",
    code=1022,
    schema="PriceLevel",
    label="Price List",
    plural="Price Lists",
    states=(
        State(0, "Active", ((100001, "Active"),)),
        State(1, "Inactive", ((100002, "Inactive"),)),
    ),
    columns=(
        text("name", 100, required=True),
        currency(update=False),
        rate(),
        day("begindate"),
        day("enddate"),
        memo("description"),
        choice("shippingmethodcode", DEFAULT_VALUE),
        choice("paymentmethodcode", DEFAULT_VALUE),
        choice("freighttermscode", DEFAULT_VALUE),
    ),
)
