"""Items, their units of measure, and resources."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class UnitOfMeasure(fields.Record):
    code = fields.key(_("Code"), 10)
    description = fields.text(_("Description"), 50)
    international_standard_code = fields.code(_("International Standard Code"), 10)
    symbol = fields.text(_("Symbol"), 10)

    class Meta:
        verbose_name = _("Unit of Measure")
        verbose_name_plural = _("Units of Measure")

    def __str__(self) -> str:
        return self.code


class Item(fields.Record):
    number = fields.key(_("No."), 20)
    description = fields.text(_("Description"), 100)
    type = models.CharField(
        _("Type"),
        max_length=20,
        default="inventory",
        choices=[
            ("inventory", _("Inventory")),
            ("service", _("Service")),
            ("non_inventory", _("Non-Inventory")),
        ],
    )
    base_unit = fields.link("UnitOfMeasure", _("Base Unit of Measure"))
    sales_unit = fields.link("UnitOfMeasure", _("Sales Unit of Measure"))
    unit_price = fields.price(_("Unit Price"))
    unit_cost = fields.price(_("Unit Cost"))
    unit_volume = fields.quantity(_("Unit Volume"))
    gross_weight = fields.quantity(_("Gross Weight"))
    net_weight = fields.quantity(_("Net Weight"))
    vendor_number = fields.code(_("Vendor No."), 20)
    vendor_item_number = fields.text(_("Vendor Item No."), 50)
    reorder_point = fields.quantity(_("Reorder Point"))
    category = fields.code(_("Item Category Code"), 20)
    gtin = fields.code(_("GTIN"), 14)
    general_product_posting_group = fields.link(
        "GeneralProductPostingGroup", _("Gen. Prod. Posting Group")
    )
    vat_product_posting_group = fields.link("VATProductPostingGroup", _("VAT Prod. Posting Group"))
    inventory_posting_group = fields.link("InventoryPostingGroup", _("Inventory Posting Group"))
    allow_invoice_discount = models.BooleanField(_("Allow Invoice Disc."), default=True)
    price_includes_vat = models.BooleanField(_("Price Includes VAT"), default=False)
    prevent_negative_inventory = models.BooleanField(_("Prevent Negative Inventory"), default=False)
    blocked = models.BooleanField(_("Blocked"), default=False)
    sales_blocked = models.BooleanField(_("Sales Blocked"), default=False)

    class Meta:
        verbose_name = _("Item")
        verbose_name_plural = _("Items")
        indexes = [models.Index(fields=["description", "id"], name="item_description")]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"


class ItemUnit(fields.Record):
    """How many base units one unit of an item holds. The base unit's own row says 1."""

    item = fields.must("Item", _("Item No."), related_name="units", on_delete=models.CASCADE)
    unit = fields.must("UnitOfMeasure", _("Code"))
    quantity_per = models.DecimalField(
        _("Qty. per Unit of Measure"), max_digits=15, decimal_places=5, default=Decimal(1)
    )

    class Meta:
        verbose_name = _("Item Unit of Measure")
        verbose_name_plural = _("Item Units of Measure")
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="item_unit_key"),
            models.CheckConstraint(
                condition=models.Q(quantity_per__gt=0), name="item_unit_quantity_per_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.unit}"


class Resource(fields.Record):
    number = fields.key(_("No."), 20)
    name = fields.text(_("Name"), 100)
    type = models.CharField(
        _("Type"),
        max_length=10,
        default="person",
        choices=[("person", _("Person")), ("machine", _("Machine"))],
    )
    base_unit = fields.link("UnitOfMeasure", _("Base Unit of Measure"))
    unit_price = fields.price(_("Unit Price"))
    unit_cost = fields.price(_("Unit Cost"))
    direct_unit_cost = fields.price(_("Direct Unit Cost"))
    vendor_number = fields.code(_("Vendor No."), 20)
    capacity = fields.quantity(_("Capacity"))
    general_product_posting_group = fields.link(
        "GeneralProductPostingGroup", _("Gen. Prod. Posting Group")
    )
    vat_product_posting_group = fields.link("VATProductPostingGroup", _("VAT Prod. Posting Group"))
    blocked = models.BooleanField(_("Blocked"), default=False)

    class Meta:
        verbose_name = _("Resource")
        verbose_name_plural = _("Resources")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ResourceUnit(fields.Record):
    """How many base units one unit of a resource holds."""

    resource = fields.must(
        "Resource", _("Resource No."), related_name="units", on_delete=models.CASCADE
    )
    unit = fields.must("UnitOfMeasure", _("Code"))
    quantity_per = models.DecimalField(
        _("Qty. per Unit of Measure"), max_digits=15, decimal_places=5, default=Decimal(1)
    )

    class Meta:
        verbose_name = _("Resource Unit of Measure")
        verbose_name_plural = _("Resource Units of Measure")
        constraints = [
            models.UniqueConstraint(fields=["resource", "unit"], name="resource_unit_key")
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.unit}"
