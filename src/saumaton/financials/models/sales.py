"""Sales quotes, orders, invoices and credit memos before they are posted."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields

DOCUMENT_TYPES = [
    ("quote", _("Quote")),
    ("order", _("Order")),
    ("invoice", _("Invoice")),
    ("credit_memo", _("Credit Memo")),
]
LINE_TYPES = [
    ("", _("Comment")),
    ("gl_account", _("G/L Account")),
    ("item", _("Item")),
    ("resource", _("Resource")),
]


class Addresses(models.Model):
    """The three addresses of a document, as they stood when it was made."""

    sell_to_name = fields.text(_("Sell-to Name"), 100)
    sell_to_address = fields.text(_("Sell-to Address"), 100)
    sell_to_address_2 = fields.text(_("Sell-to Address 2"), 50)
    sell_to_post_code = fields.code(_("Sell-to Post Code"), 20)
    sell_to_city = fields.text(_("Sell-to City"), 30)
    sell_to_county = fields.text(_("Sell-to County"), 30)
    sell_to_country = fields.code(_("Sell-to Country/Region"), 10)
    sell_to_contact = fields.text(_("Sell-to Contact"), 100)
    bill_to_name = fields.text(_("Bill-to Name"), 100)
    bill_to_address = fields.text(_("Bill-to Address"), 100)
    bill_to_address_2 = fields.text(_("Bill-to Address 2"), 50)
    bill_to_post_code = fields.code(_("Bill-to Post Code"), 20)
    bill_to_city = fields.text(_("Bill-to City"), 30)
    bill_to_county = fields.text(_("Bill-to County"), 30)
    bill_to_country = fields.code(_("Bill-to Country/Region"), 10)
    bill_to_contact = fields.text(_("Bill-to Contact"), 100)
    ship_to_name = fields.text(_("Ship-to Name"), 100)
    ship_to_address = fields.text(_("Ship-to Address"), 100)
    ship_to_address_2 = fields.text(_("Ship-to Address 2"), 50)
    ship_to_post_code = fields.code(_("Ship-to Post Code"), 20)
    ship_to_city = fields.text(_("Ship-to City"), 30)
    ship_to_county = fields.text(_("Ship-to County"), 30)
    ship_to_country = fields.code(_("Ship-to Country/Region"), 10)
    ship_to_contact = fields.text(_("Ship-to Contact"), 100)

    class Meta:
        abstract = True


class DocumentHeader(fields.Record, Addresses):
    """What a sales document carries before posting and after."""

    customer = fields.must("Customer", _("Customer"))
    bill_to_customer = fields.link("Customer", _("Bill-to Customer"))
    your_reference = fields.text(_("Your Reference"), 35)
    external_document_number = fields.text(_("External Document No."), 35)
    order_date = models.DateField(_("Order Date"), null=True, blank=True)
    posting_date = models.DateField(_("Posting Date"), null=True, blank=True)
    document_date = models.DateField(_("Document Date"), null=True, blank=True)
    shipment_date = models.DateField(_("Shipment Date"), null=True, blank=True)
    due_date = models.DateField(_("Due Date"), null=True, blank=True)
    requested_delivery_date = models.DateField(_("Requested Delivery Date"), null=True, blank=True)
    currency = fields.link("Currency", _("Currency"))
    currency_factor = models.DecimalField(
        _("Currency Factor"), max_digits=15, decimal_places=9, default=Decimal(1)
    )
    payment_terms = fields.link("PaymentTerms", _("Payment Terms"))
    shipment_method = fields.link("ShipmentMethod", _("Shipment Method"))
    shipping_agent = fields.link("ShippingAgent", _("Shipping Agent"))
    salesperson = fields.link("Salesperson", _("Salesperson"))
    customer_price_group = fields.link("CustomerPriceGroup", _("Customer Price Group"))
    location = fields.link("Location", _("Location"))
    prices_including_vat = models.BooleanField(_("Prices Including VAT"), default=False)
    invoice_discount_amount = fields.amount(_("Invoice Discount Amount"))
    amount = fields.amount(_("Amount"))
    amount_including_vat = fields.amount(_("Amount Including VAT"))
    work_description = models.TextField(_("Work Description"), blank=True, default="")
    customer_posting_group = fields.link("CustomerPostingGroup", _("Customer Posting Group"))
    general_business_posting_group = fields.link(
        "GeneralBusinessPostingGroup", _("Gen. Bus. Posting Group")
    )
    vat_business_posting_group = fields.link("VATBusinessPostingGroup", _("VAT Bus. Posting Group"))

    class Meta:
        abstract = True


class DocumentLine(fields.Record):
    """What a line carries before posting and after."""

    line_number = models.PositiveIntegerField(_("Line No."))
    type = models.CharField(
        _("Type"), max_length=12, blank=True, default="item", choices=LINE_TYPES
    )
    item = fields.link("Item", _("Item"))
    resource = fields.link("Resource", _("Resource"))
    gl_account = fields.link("GLAccount", _("G/L Account"))
    description = fields.text(_("Description"), 100)
    description_2 = fields.text(_("Description 2"), 50)
    unit = fields.link("UnitOfMeasure", _("Unit of Measure"))
    quantity_per_unit = models.DecimalField(
        _("Qty. per Unit of Measure"), max_digits=15, decimal_places=5, default=Decimal(1)
    )
    location = fields.link("Location", _("Location"))
    quantity = fields.quantity(_("Quantity"))
    unit_price = fields.price(_("Unit Price"))
    line_discount_percent = fields.percent(_("Line Discount %"))
    line_discount_amount = fields.amount(_("Line Discount Amount"))
    line_amount = fields.amount(_("Line Amount"))
    invoice_discount_amount = fields.amount(_("Inv. Discount Amount"))
    amount = fields.amount(_("Amount"))
    vat_percent = fields.percent(_("VAT %"))
    amount_including_vat = fields.amount(_("Amount Including VAT"))
    shipment_date = models.DateField(_("Shipment Date"), null=True, blank=True)
    general_product_posting_group = fields.link(
        "GeneralProductPostingGroup", _("Gen. Prod. Posting Group")
    )
    vat_product_posting_group = fields.link("VATProductPostingGroup", _("VAT Prod. Posting Group"))

    class Meta:
        abstract = True

    @property
    def number(self) -> str:
        """The number of what the line sells, whatever it is."""
        sold = self.item or self.resource or self.gl_account
        return sold.number if sold else ""


class SalesHeader(DocumentHeader):
    document_type = models.CharField(_("Document Type"), max_length=12, choices=DOCUMENT_TYPES)
    number = fields.code(_("No."), 20)
    status = models.CharField(
        _("Status"),
        max_length=10,
        default="open",
        choices=[("open", _("Open")), ("released", _("Released"))],
    )
    quote_number = fields.code(_("Quote No."), 20)
    quote_valid_until = models.DateField(_("Quote Valid Until Date"), null=True, blank=True)
    corrects_invoice = fields.link("SalesInvoiceHeader", _("Corrected Invoice"))
    last_shipping_number = fields.code(_("Last Shipping No."), 20)
    last_posting_number = fields.code(_("Last Posting No."), 20)
    completely_shipped = models.BooleanField(_("Completely Shipped"), default=False)

    class Meta:
        verbose_name = _("Sales Document")
        verbose_name_plural = _("Sales Documents")
        constraints = [
            models.UniqueConstraint(fields=["document_type", "number"], name="sales_header_key")
        ]
        indexes = [
            models.Index(fields=["document_type", "order_date", "id"], name="sales_header_date"),
            models.Index(fields=["document_type", "status", "id"], name="sales_header_status"),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_type_display()} {self.number}"


class SalesLine(DocumentLine):
    header = fields.must(
        "SalesHeader", _("Document No."), related_name="lines", on_delete=models.CASCADE
    )
    quantity_to_ship = fields.quantity(_("Qty. to Ship"))
    quantity_to_invoice = fields.quantity(_("Qty. to Invoice"))
    quantity_shipped = fields.quantity(_("Quantity Shipped"))
    quantity_invoiced = fields.quantity(_("Quantity Invoiced"))
    outstanding_base = fields.quantity(_("Outstanding Qty. (Base)"))
    allow_invoice_discount = models.BooleanField(_("Allow Invoice Disc."), default=True)
    attached_to_line = models.PositiveIntegerField(_("Attached to Line No."), null=True, blank=True)

    class Meta:
        verbose_name = _("Sales Line")
        verbose_name_plural = _("Sales Lines")
        ordering = ["line_number"]
        constraints = [
            models.UniqueConstraint(fields=["header", "line_number"], name="sales_line_key")
        ]

    def __str__(self) -> str:
        return f"{self.line_number} {self.description}"

    @property
    def outstanding_quantity(self) -> Decimal:
        return self.quantity - self.quantity_shipped


class SalesComment(fields.Record):
    """A remark on a sales document that is not printed on it."""

    header = fields.must(
        "SalesHeader", _("Document No."), related_name="comments", on_delete=models.CASCADE
    )
    made_on = models.DateField(_("Date"), null=True, blank=True)
    comment = fields.text(_("Comment"), 250)

    class Meta:
        verbose_name = _("Sales Comment")
        verbose_name_plural = _("Sales Comments")

    def __str__(self) -> str:
        return self.comment
