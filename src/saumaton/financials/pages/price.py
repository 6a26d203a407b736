"""Customer price groups and sales prices."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import CustomerPriceGroup, SalesPrice
from saumaton.pages import registry
from saumaton.pages.actions import Action
from saumaton.pages.card import CardPage, Section
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource


def check_price(row: SalesPrice, new: bool) -> None:
    """Refuse a price whose customer or group does not fit its sales type, or that ends early."""
    wanted = {"customer": "customer", "customer_price_group": "customer_price_group"}
    for name in ("customer", "customer_price_group"):
        needed, given = wanted.get(row.sales_type) == name, getattr(row, f"{name}_id")
        if needed and not given:
            raise ValidationError({name: gettext("Say for whom this price is.")})
        if given and not needed:
            raise ValidationError({name: gettext("Leave this empty for this sales type.")})
    if row.starting_date and row.ending_date and row.ending_date < row.starting_date:
        raise ValidationError({"ending_date": gettext("The price would end before it starts.")})


GROUPS = OrmSource(CustomerPriceGroup, search=("code", "description"))
PRICES = OrmSource(
    SalesPrice,
    search=("item__number", "item__description"),
    order="item__number",
    code="pk",
    prepare=check_price,
)
GROUP_FIELDS = (
    "code",
    "description",
    "price_includes_vat",
    "allow_invoice_discount",
    "allow_line_discount",
)

registry.add(
    ListPage(
        name="customer_price_group",
        caption=_("Customer price groups"),
        source=GROUPS,
        columns=GROUP_FIELDS,
        group="sales",
        place=80,
    ),
    CardPage(
        name="customer_price_group",
        caption=_("Customer price group"),
        source=GROUPS,
        title=("code", "description"),
        sections=(Section(_("General"), GROUP_FIELDS),),
        edit_right="edit master data",
        actions=(
            Action(
                "prices",
                _("Sales Prices"),
                on=("card",),
                address=lambda record: (
                    f"/list/sales_price/?f-customer_price_group={record['code']}"
                ),
            ),
        ),
    ),
    ListPage(
        name="sales_price",
        caption=_("Sales Prices"),
        source=PRICES,
        columns=(
            "item", "item__description", "sales_type", "customer_price_group", "customer",
            "currency", "unit", "minimum_quantity", "unit_price", "starting_date", "ending_date",
        ),
        filters=(
            "item", "sales_type", "customer", "customer_price_group", "currency", "starting_date",
        ),
        views=(
            View("all", _("For all customers"), {"sales_type": "all_customers"}),
            View("group", _("By price group"), {"sales_type": "customer_price_group"}),
        ),
        group="sales",
        place=90,
    ),
    CardPage(
        name="sales_price",
        caption=_("Sales Price"),
        source=PRICES,
        title=("item", "item__description"),
        sections=(
            Section(_("Sold"), ("item", "unit", "minimum_quantity", "unit_price", "currency")),
            Section(_("To whom"), ("sales_type", "customer", "customer_price_group")),
            Section(_("When"), ("starting_date", "ending_date")),
        ),
        edit_right="edit master data",
    ),
)  # fmt: skip
