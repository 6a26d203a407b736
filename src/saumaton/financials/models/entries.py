"""Ledger entries: the books. They are added by posting, and never edited or removed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields

ENTRY_DOCUMENT_TYPES = [
    ("", ""),
    ("payment", _("Payment")),
    ("invoice", _("Invoice")),
    ("credit_memo", _("Credit Memo")),
    ("shipment", _("Shipment")),
    ("refund", _("Refund")),
]


class Entry(fields.Record):
    entry_number = models.BigIntegerField(_("Entry No."), unique=True)
    posting_date = models.DateField(_("Posting Date"))
    document_type = models.CharField(
        _("Document Type"), max_length=12, blank=True, default="", choices=ENTRY_DOCUMENT_TYPES
    )
    document_number = fields.code(_("Document No."), 20, db_index=True)
    description = fields.text(_("Description"), 100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.entry_number} {self.document_number}"


class ItemLedgerEntry(Entry):
    """A movement of stock in base units: what goes out is negative."""

    item = fields.must("Item", _("Item No."), related_name="ledger_entries")
    entry_type = models.CharField(
        _("Entry Type"),
        max_length=15,
        choices=[
            ("purchase", _("Purchase")),
            ("sale", _("Sale")),
            ("positive_adjmt", _("Positive Adjmt.")),
            ("negative_adjmt", _("Negative Adjmt.")),
        ],
    )
    customer = fields.link("Customer", _("Customer"))
    location = fields.link("Location", _("Location"))
    quantity = fields.quantity(_("Quantity"))
    unit_cost = fields.price(_("Unit Cost"))
    order_line_id = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Item Ledger Entry")
        verbose_name_plural = _("Item Ledger Entries")
        indexes = [
            models.Index(fields=["item", "posting_date", "quantity"], name="item_ledger_item"),
            models.Index(fields=["posting_date", "entry_number"], name="item_ledger_date"),
        ]


class CustomerLedgerEntry(Entry):
    """An invoice, credit memo or payment of a customer. It is worth its detailed entries."""

    customer = fields.must("Customer", _("Customer No."), related_name="ledger_entries")
    sell_to_customer = fields.link("Customer", _("Sell-to Customer"))
    due_date = models.DateField(_("Due Date"), null=True, blank=True)
    your_reference = fields.text(_("Your Reference"), 35)
    external_document_number = fields.text(_("External Document No."), 35)
    currency = fields.link("Currency", _("Currency"))
    salesperson = fields.link("Salesperson", _("Salesperson"))
    sales_lcy = fields.amount(_("Sales (LCY)"))
    open = models.BooleanField(_("Open"), default=True)
    closed_by = fields.link("CustomerLedgerEntry", _("Closed by Entry"))

    class Meta:
        verbose_name = _("Customer Ledger Entry")
        verbose_name_plural = _("Customer Ledger Entries")
        indexes = [
            models.Index(fields=["customer", "posting_date"], name="customer_ledger_customer"),
            models.Index(fields=["posting_date", "entry_number"], name="customer_ledger_date"),
            models.Index(fields=["due_date", "entry_number"], name="customer_ledger_due"),
            models.Index(
                fields=["customer", "due_date"],
                name="customer_ledger_open",
                condition=models.Q(open=True),
            ),
        ]


class DetailedCustomerLedgerEntry(Entry):
    """One change of what a customer owes: the first amount of an entry, or an application to it."""

    entry = fields.must(
        "CustomerLedgerEntry", _("Cust. Ledger Entry No."), related_name="detailed_entries"
    )
    customer = fields.must("Customer", _("Customer No."))
    entry_type = models.CharField(
        _("Entry Type"),
        max_length=20,
        choices=[
            ("initial", _("Initial Entry")),
            ("application", _("Application")),
            ("realized_gain_loss", _("Realized Gain/Loss")),
        ],
    )
    applied_entry = fields.link("CustomerLedgerEntry", _("Applied Cust. Ledger Entry"))
    amount = fields.amount(_("Amount"))
    amount_lcy = fields.amount(_("Amount (LCY)"))

    class Meta:
        verbose_name = _("Detailed Customer Ledger Entry")
        verbose_name_plural = _("Detailed Customer Ledger Entries")
        indexes = [
            models.Index(fields=["customer", "amount_lcy"], name="detailed_customer"),
        ]


class GLEntry(Entry):
    account = fields.must("GLAccount", _("G/L Account No."), related_name="entries")
    amount = fields.amount(_("Amount"))

    class Meta:
        verbose_name = _("G/L Entry")
        verbose_name_plural = _("G/L Entries")
        indexes = [models.Index(fields=["account", "posting_date"], name="gl_entry_account")]


class VATEntry(Entry):
    customer = fields.must("Customer", _("Customer No."))
    vat_business_posting_group = fields.link("VATBusinessPostingGroup", _("VAT Bus. Posting Group"))
    vat_product_posting_group = fields.link("VATProductPostingGroup", _("VAT Prod. Posting Group"))
    vat_percent = fields.percent(_("VAT %"))
    base = fields.amount(_("Base"))
    amount = fields.amount(_("Amount"))

    class Meta:
        verbose_name = _("VAT Entry")
        verbose_name_plural = _("VAT Entries")
