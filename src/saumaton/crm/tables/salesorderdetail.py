"""Lines of orders."""

from ..described import Table, choice, yes_no
from .salesorder import TABLE as ORDER
from .shared_columns import delivery, line, shipped

STATES = tuple((state.value, state.label) for state in ORDER.states)

TABLE = Table(
    name="salesorderdetail",
    set_name="salesorderdetails",
    primary_name="salesorderdetailname",
    code=1089,
    schema="SalesOrderDetail",
    label="Order Line",
    plural="Order Lines",
    columns=(
        *line("salesorderdetail", "salesorder", "order_details"),
        *shipped(),
        delivery(),
        choice("salesorderstatecode", STATES, create=False, update=False),
        yes_no("salesorderispricelocked", False, create=False, update=False),
    ),
)
