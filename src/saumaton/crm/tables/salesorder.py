"""Orders; a submitted order is locked and waits for the ERP."""

from ..described import Key, State, Table, choice, day, lookup, memo, text, whole, yes_no
from .shared_columns import FREIGHT_TERMS, delivery, document

TABLE = Table(
    name="salesorder",
    set_name="salesorders",
    primary_name="name",
    code=1088,
    schema="SalesOrder",
    label="Order",
    plural="Orders",
    owned=True,
    states=(
        State(0, "Active", ((1, "New"), (2, "Pending"))),
        State(1, "Submitted", ((3, "In Progress"),)),
        State(2, "Canceled", ((4, "No Money"),)),
        State(3, "Fulfilled", ((100001, "Complete"), (100002, "Partial"))),
        State(4, "Invoiced", ((100003, "Invoiced"),)),
    ),
    keys=(Key("ordernumber_key", ("ordernumber",)),),
    columns=(
        text("ordernumber", 100, schema="OrderNumber", update=False),
        *document("salesorder", "order"),
        choice("freighttermscode", FREIGHT_TERMS),
        lookup("quoteid", "quote", back="quote_orders"),
        delivery(),
        day("datefulfilled"),
        day("submitdate"),
        whole("submitstatus"),
        memo("submitstatusdescription"),
        day("lastbackofficesubmit"),
        yes_no("ispricelocked", False),
        choice("prioritycode", ((1, "Default Value"),)),
    ),
)
