"""Customers, their price groups, and contacts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class CustomerPriceGroup(fields.Record):
    code = fields.key(_("Code"), 10)
    description = fields.text(_("Description"), 100)
    price_includes_vat = models.BooleanField(_("Price Includes VAT"), default=False)
    allow_invoice_discount = models.BooleanField(_("Allow Invoice Disc."), default=True)
    allow_line_discount = models.BooleanField(_("Allow Line Disc."), default=True)

    class Meta:
        verbose_name = _("Customer Price Group")
        verbose_name_plural = _("Customer Price Groups")

    def __str__(self) -> str:
        return self.code


class Addressee(fields.Record):
    """What a customer and a contact have in common: a number, a name, and where to reach them."""

    number = fields.key(_("No."), 20)
    name = fields.text(_("Name"), 100)
    name_2 = fields.text(_("Name 2"), 50)
    address = fields.text(_("Address"), 100)
    address_2 = fields.text(_("Address 2"), 50)
    post_code = fields.code(_("Post Code"), 20)
    city = fields.text(_("City"), 30)
    county = fields.text(_("County"), 30)
    country = fields.code(_("Country/Region Code"), 10)
    phone = fields.text(_("Phone No."), 30)
    mobile_phone = fields.text(_("Mobile Phone No."), 30)
    email = fields.text(_("E-Mail"), 80)
    fax = fields.text(_("Fax No."), 30)
    home_page = fields.text(_("Home Page"), 80)
    salesperson = fields.link("Salesperson", _("Salesperson"))
    currency = fields.link("Currency", _("Currency"))

    class Meta:
        abstract = True


class Customer(Addressee):
    contact_name = fields.text(_("Contact"), 100)
    bill_to_customer = fields.link("Customer", _("Bill-to Customer"))
    payment_terms = fields.link("PaymentTerms", _("Payment Terms"))
    shipment_method = fields.link("ShipmentMethod", _("Shipment Method"))
    shipping_agent = fields.link("ShippingAgent", _("Shipping Agent"))
    customer_price_group = fields.link("CustomerPriceGroup", _("Customer Price Group"))
    location = fields.link("Location", _("Location"))
    credit_limit = fields.amount(_("Credit Limit (LCY)"))
    primary_contact = fields.link("Contact", _("Primary Contact"))
    blocked = models.CharField(
        _("Blocked"),
        max_length=10,
        blank=True,
        default="",
        choices=[
            ("", _("Not blocked")),
            ("ship", _("Ship")),
            ("invoice", _("Invoice")),
            ("all", _("All")),
        ],
    )
    prices_including_vat = models.BooleanField(_("Prices Including VAT"), default=False)
    allow_line_discount = models.BooleanField(_("Allow Line Disc."), default=True)
    vat_registration_number = fields.text(_("VAT Registration No."), 20)
    customer_posting_group = fields.link("CustomerPostingGroup", _("Customer Posting Group"))
    general_business_posting_group = fields.link(
        "GeneralBusinessPostingGroup", _("Gen. Bus. Posting Group")
    )
    vat_business_posting_group = fields.link("VATBusinessPostingGroup", _("VAT Bus. Posting Group"))

    class Meta:
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        indexes = [
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["city", "id"], name="customer_city"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Contact(Addressee):
    """A company or a person. `customer` is the business relation; a person's is stored too."""

    type = models.CharField(
        _("Type"),
        max_length=10,
        default="company",
        choices=[("company", _("Company")), ("person", _("Person"))],
    )
    company = fields.link("Contact", _("Company"), related_name="people")
    customer = fields.link("Customer", _("Customer"), related_name="contacts")
    first_name = fields.text(_("First Name"), 30)
    middle_name = fields.text(_("Middle Name"), 30)
    surname = fields.text(_("Surname"), 30)
    job_title = fields.text(_("Job Title"), 30)
    pager = fields.text(_("Pager"), 30)

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        indexes = [models.Index(fields=["name", "id"], name="contact_name")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
