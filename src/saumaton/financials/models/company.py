"""The company itself: its name, its local currency and how it sells. One row each."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class CompanyInformation(fields.Record):
    name = fields.text(_("Name"), 100)
    name_2 = fields.text(_("Name 2"), 50)
    address = fields.text(_("Address"), 100)
    address_2 = fields.text(_("Address 2"), 50)
    post_code = fields.code(_("Post Code"), 20)
    city = fields.text(_("City"), 30)
    county = fields.text(_("County"), 30)
    country = fields.code(_("Country/Region Code"), 10)
    vat_registration_number = fields.text(_("VAT Registration No."), 20)
    registration_number = fields.text(_("Registration No."), 30)
    phone = fields.text(_("Phone No."), 30)
    email = fields.text(_("E-Mail"), 80)
    home_page = fields.text(_("Home Page"), 80)
    iban = fields.code(_("IBAN"), 50)
    swift_code = fields.code(_("SWIFT Code"), 20)
    bank_name = fields.text(_("Bank Name"), 100)
    location = fields.link("Location", _("Location"))
    experience = models.CharField(
        _("Experience"),
        max_length=10,
        default="suite",
        choices=[("basic", _("Basic")), ("suite", _("Suite"))],
    )

    class Meta:
        verbose_name = _("Company Information")

    def __str__(self) -> str:
        return self.name


class GeneralLedgerSetup(fields.Record):
    lcy_code = fields.code(_("LCY Code"), 10)
    local_currency_symbol = fields.text(_("Local Currency Symbol"), 10)
    local_currency_description = fields.text(_("Local Currency Description"), 60)
    amount_rounding_precision = models.DecimalField(
        _("Amount Rounding Precision"), max_digits=15, decimal_places=5, default=Decimal("0.01")
    )
    unit_amount_rounding_precision = models.DecimalField(
        _("Unit-Amount Rounding Precision"),
        max_digits=15,
        decimal_places=5,
        default=Decimal("0.00001"),
    )
    allow_posting_from = models.DateField(_("Allow Posting From"), null=True, blank=True)
    allow_posting_to = models.DateField(_("Allow Posting To"), null=True, blank=True)
    bank_account = fields.link("GLAccount", _("Bank Account"))
    exchange_account = fields.link("GLAccount", _("Exchange Gains/Losses Account"))

    class Meta:
        verbose_name = _("General Ledger Setup")

    def __str__(self) -> str:
        return self.lcy_code


class SalesSetup(fields.Record):
    quote_numbers = fields.link("NumberSeries", _("Quote Nos."))
    order_numbers = fields.link("NumberSeries", _("Order Nos."))
    invoice_numbers = fields.link("NumberSeries", _("Invoice Nos."))
    credit_memo_numbers = fields.link("NumberSeries", _("Credit Memo Nos."))
    posted_shipment_numbers = fields.link("NumberSeries", _("Posted Shipment Nos."))
    posted_invoice_numbers = fields.link("NumberSeries", _("Posted Invoice Nos."))
    posted_credit_memo_numbers = fields.link("NumberSeries", _("Posted Credit Memo Nos."))
    customer_numbers = fields.link("NumberSeries", _("Customer Nos."))
    contact_numbers = fields.link("NumberSeries", _("Contact Nos."))
    item_numbers = fields.link("NumberSeries", _("Item Nos."))
    resource_numbers = fields.link("NumberSeries", _("Resource Nos."))
    payment_numbers = fields.link("NumberSeries", _("Payment Nos."))
    freight_account = fields.link("GLAccount", _("Freight G/L Acc. No."))
    write_in_item = fields.link("Item", _("Write-in Item"))
    write_in_resource = fields.link("Resource", _("Write-in Resource"))
    stockout_warning = models.BooleanField(_("Stockout Warning"), default=True)
    credit_warnings = models.CharField(
        _("Credit Warnings"),
        max_length=20,
        default="both",
        choices=[
            ("both", _("Both Warnings")),
            ("credit_limit", _("Credit Limit")),
            ("overdue_balance", _("Overdue Balance")),
            ("none", _("No Warning")),
        ],
    )
    external_document_number_mandatory = models.BooleanField(
        _("Ext. Doc. No. Mandatory"), default=False
    )
    archive_quotes = models.BooleanField(_("Archive Quotes"), default=False)
    archive_orders = models.BooleanField(_("Archive Orders"), default=True)

    class Meta:
        verbose_name = _("Sales & Receivables Setup")

    def __str__(self) -> str:
        return str(_("Sales & Receivables Setup"))


class Location(fields.Record):
    code = fields.key(_("Code"), 10)
    name = fields.text(_("Name"), 100)

    class Meta:
        verbose_name = _("Location")
        verbose_name_plural = _("Locations")

    def __str__(self) -> str:
        return self.code
