"""Opportunities: sales that may be made."""

from ..described import State, Table, choice, day, decimal, lookup, memo, money, text, whole, yes_no
from .shared_columns import PRICING_ERRORS, TRILLION, currency, rate

TABLE = Table(
    name="opportunity",
    set_name="opportunities",
    primary_name="name",
    code=3,
    plural="Opportunities",
    owned=True,
    states=(
        State(0, "Open", ((1, "In Progress"), (2, "On Hold"))),
        State(1, "Won", ((3, "Won"),)),
        State(2, "Lost", ((4, "Canceled"), (5, "Out-Sold"))),
    ),
    columns=(
        text("name", 300),
        lookup(
            "customerid",
            "account",
            "contact",
            backs=("opportunity_customer_accounts", "opportunity_customer_contacts"),
        ),
        lookup("parentaccountid", "account", back="opportunity_parent_account"),
        lookup("parentcontactid", "contact", back="opportunity_parent_contact"),
        lookup("accountid", "account", create=False, update=False),
        lookup("contactid", "contact", create=False, update=False),
        money("estimatedvalue"),
        yes_no("isrevenuesystemcalculated", False),
        day("estimatedclosedate"),
        day("actualclosedate"),
        money("actualvalue"),
        whole("closeprobability", 0, 100),
        choice("opportunityratingcode", ((1, "Hot"), (2, "Warm"), (3, "Cold")), default=2),
        memo("description"),
        lookup("pricelevelid", "pricelevel", cascade="restrict"),
        currency(),
        rate(),
        money("discountamount", 0, TRILLION),
        decimal("discountpercentage", 2, 0, 100),
        money("freightamount", 0, TRILLION),
        money("totalamount", create=False),
        choice("pricingerrorcode", PRICING_ERRORS, default=0),
    ),
)
