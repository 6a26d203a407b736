"""Lines of invoices."""

from ..described import Table, choice, day, text, yes_no
from .invoice import TABLE as INVOICE
from .shared_columns import line, shipped

STATES = tuple((state.value, state.label) for state in INVOICE.states)

TABLE = Table(
    name="invoicedetail",
    set_name="invoicedetails",
    primary_name="invoicedetailname",
    code=1091,
    schema="InvoiceDetail",
    label="Invoice Line",
    plural="Invoice Lines",
    columns=(
        *line("invoicedetail", "invoice", "invoice_details"),
        *shipped(),
        day("actualdeliveryon"),
        text("shippingtrackingnumber", 100),
        choice("invoicestatecode", STATES, create=False, update=False),
        yes_no("invoiceispricelocked", False, create=False, update=False),
    ),
)
