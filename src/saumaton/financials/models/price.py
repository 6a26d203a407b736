"""What an item costs whom, when, in which currency and quantity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class SalesPrice(fields.Record):
    item = fields.must("Item", _("Item No."), related_name="prices", on_delete=models.CASCADE)
    sales_type = models.CharField(
        _("Sales Type"),
        max_length=25,
        default="all_customers",
        choices=[
            ("customer", _("Customer")),
            ("customer_price_group", _("Customer Price Group")),
            ("all_customers", _("All Customers")),
        ],
    )
    customer = fields.link("Customer", _("Customer"), related_name="prices")
    customer_price_group = fields.link(
        "CustomerPriceGroup", _("Customer Price Group"), related_name="prices"
    )
    starting_date = models.DateField(_("Starting Date"), null=True, blank=True)
    ending_date = models.DateField(_("Ending Date"), null=True, blank=True)
    currency = fields.link("Currency", _("Currency"))
    unit = fields.link("UnitOfMeasure", _("Unit of Measure"))
    minimum_quantity = fields.quantity(_("Minimum Quantity"))
    unit_price = fields.price(_("Unit Price"))

    class Meta:
        verbose_name = _("Sales Price")
        verbose_name_plural = _("Sales Prices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    sales_type="customer", customer__isnull=False, customer_price_group=None
                )
                | models.Q(
                    sales_type="customer_price_group",
                    customer=None,
                    customer_price_group__isnull=False,
                )
                | models.Q(sales_type="all_customers", customer=None, customer_price_group=None),
                name="sales_price_for_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.unit_price}"
