"""Invoices; in this product they come from the ERP."""

from ..described import Key, State, Table, choice, day, lookup, text, yes_no
from .shared_columns import document

TABLE = Table(
    name="invoice",
    set_name="invoices",
    primary_name="name",
    code=1090,
    plural="Invoices",
    owned=True,
    states=(
        State(
            0,
            "Active",
            (
                (1, "New"),
                (2, "Partially Shipped"),
                (4, "Billed"),
                (5, "Booked"),
                (6, "Installed"),
            ),
        ),
        State(1, "Closed (deprecated)", ((3, "Canceled"), (7, "Paid in Full"))),
        State(2, "Paid", ((100001, "Complete"), (100002, "Partial"))),
        State(3, "Canceled", ((100003, "Canceled"),)),
    ),
    keys=(Key("invoicenumber_key", ("invoicenumber",)),),
    columns=(
        text("invoicenumber", 100, schema="InvoiceNumber", update=False),
        *document("invoice", "invoice"),
        lookup("salesorderid", "salesorder", back="order_invoices"),
        day("duedate"),
        day("datedelivered"),
        day("lastbackofficesubmit"),
        yes_no("ispricelocked", False),
        choice("prioritycode", ((1, "Default Value"),)),
    ),
)
