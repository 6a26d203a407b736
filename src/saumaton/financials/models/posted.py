"""Posted sales documents: what was shipped, invoiced and credited. They are never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields
from .sales import DOCUMENT_TYPES, DocumentHeader, DocumentLine


class PostedHeader(DocumentHeader):
    number = fields.key(_("No."), 20)
    order_number = fields.code(_("Order No."), 20, db_index=True)
    order_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    quote_number = fields.code(_("Quote No."), 20)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class PostedLine(DocumentLine):
    order_line_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["line_number"]

    def __str__(self) -> str:
        return f"{self.line_number} {self.description}"


class SalesShipmentHeader(PostedHeader):
    class Meta:
        verbose_name = _("Posted Sales Shipment")
        verbose_name_plural = _("Posted Sales Shipments")


class SalesShipmentLine(PostedLine):
    header = fields.must("SalesShipmentHeader", _("Document No."), related_name="lines")

    class Meta(PostedLine.Meta):
        verbose_name = _("Sales Shipment Line")


class SalesInvoiceHeader(PostedHeader):
    customer_ledger_entry = fields.link("CustomerLedgerEntry", _("Cust. Ledger Entry"))
    cancelled = models.BooleanField(_("Cancelled"), default=False)

    class Meta:
        verbose_name = _("Posted Sales Invoice")
        verbose_name_plural = _("Posted Sales Invoices")
        indexes = [models.Index(fields=["posting_date", "id"], name="sales_invoice_date")]


class SalesInvoiceLine(PostedLine):
    header = fields.must("SalesInvoiceHeader", _("Document No."), related_name="lines")

    class Meta(PostedLine.Meta):
        verbose_name = _("Sales Invoice Line")


class SalesCreditMemoHeader(PostedHeader):
    customer_ledger_entry = fields.link("CustomerLedgerEntry", _("Cust. Ledger Entry"))
    corrects_invoice = fields.link(
        "SalesInvoiceHeader", _("Corrected Invoice"), related_name="corrections"
    )

    class Meta:
        verbose_name = _("Posted Sales Credit Memo")
        verbose_name_plural = _("Posted Sales Credit Memos")


class SalesCreditMemoLine(PostedLine):
    header = fields.must("SalesCreditMemoHeader", _("Document No."), related_name="lines")

    class Meta(PostedLine.Meta):
        verbose_name = _("Sales Credit Memo Line")


class SalesArchive(models.Model):
    """A sales document as it was when it left the books: header and lines, in one piece."""

    id = models.UUIDField(primary_key=True, editable=False)
    document_type = models.CharField(_("Document Type"), max_length=12, choices=DOCUMENT_TYPES)
    number = fields.code(_("No."), 20)
    version = models.PositiveIntegerField(_("Version No."), default=1)
    document_id = models.UUIDField(db_index=True, editable=False)
    customer = fields.must("Customer", _("Customer"))
    archived_at = models.DateTimeField(_("Archived at"))
    content = models.JSONField(_("Content"))

    class Meta:
        verbose_name = _("Archived Sales Document")
        verbose_name_plural = _("Archived Sales Documents")
        constraints = [
            models.UniqueConstraint(
                fields=["document_type", "number", "version"], name="sales_archive_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.version})"
