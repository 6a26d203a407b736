"""Payment terms, shipment methods and shipping agents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class PaymentTerms(fields.Record):
    code = fields.key(_("Code"), 10)
    description = fields.text(_("Description"), 100)
    due_date_days = models.PositiveIntegerField(_("Due Date (days)"), default=0)
    end_of_month = models.BooleanField(_("Due at the end of the month"), default=False)
    discount_days = models.PositiveIntegerField(_("Discount Date (days)"), default=0)
    discount_percent = fields.percent(_("Discount %"))

    class Meta:
        verbose_name = _("Payment Terms")
        verbose_name_plural = _("Payment Terms")

    def __str__(self) -> str:
        return self.code


class ShipmentMethod(fields.Record):
    code = fields.key(_("Code"), 10)
    description = fields.text(_("Description"), 100)

    class Meta:
        verbose_name = _("Shipment Method")
        verbose_name_plural = _("Shipment Methods")

    def __str__(self) -> str:
        return self.code


class ShippingAgent(fields.Record):
    code = fields.key(_("Code"), 10)
    name = fields.text(_("Name"), 50)
    internet_address = fields.text(_("Internet Address"), 250)
    account_number = fields.text(_("Account No."), 30)

    class Meta:
        verbose_name = _("Shipping Agent")
        verbose_name_plural = _("Shipping Agents")

    def __str__(self) -> str:
        return self.code
