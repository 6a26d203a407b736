"""What closing an order leaves behind: a completed activity."""

from ..described import State, Table, lookup, memo, moment, money, text

COMPLETED = (
    State(1, "Completed", ((2, "Completed"),)),
    State(0, "Open", ((1, "Open"),)),
    State(2, "Canceled", ((3, "Canceled"),)),
)

TABLE = Table(
    name="orderclose",
    set_name="ordercloses",
    primary_name="subject",
    code=4209,
    schema="OrderClose",
    owned=True,
    activity=True,
    id_column="activityid",
    states=COMPLETED,
    columns=(
        text("subject", 200),
        memo("description"),
        lookup("salesorderid", "salesorder", back="SalesOrder_OrderClose", cascade="cascade"),
        text("ordernumber", 100),
        moment("actualend"),
        money("revenue"),
    ),
)
