"""Payment journals: payments that are entered and not posted yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class PaymentJournal(fields.Record):
    code = fields.key(_("Code"), 10)
    description = fields.text(_("Description"), 100)
    balancing_account = fields.link("GLAccount", _("Balancing Account"))

    class Meta:
        verbose_name = _("Payment Journal")
        verbose_name_plural = _("Payment Journals")

    def __str__(self) -> str:
        return self.code


class PaymentJournalLine(fields.Record):
    """A payment to post. Money received is negative, as in every journal."""

    journal = fields.must(
        "PaymentJournal", _("Payment Journal"), related_name="lines", on_delete=models.CASCADE
    )
    line_number = models.PositiveIntegerField(_("Line No."))
    customer = fields.link("Customer", _("Customer"))
    posting_date = models.DateField(_("Posting Date"), null=True, blank=True)
    document_number = fields.code(_("Document No."), 20)
    external_document_number = fields.text(_("External Document No."), 35)
    amount = fields.amount(_("Amount"))
    applies_to_invoice = fields.link("SalesInvoiceHeader", _("Applies-to Invoice"))
    description = fields.text(_("Description"), 100)
    comment = fields.text(_("Comment"), 250)

    class Meta:
        verbose_name = _("Payment Journal Line")
        verbose_name_plural = _("Payment Journal Lines")
        ordering = ["line_number"]
        constraints = [
            models.UniqueConstraint(fields=["journal", "line_number"], name="payment_line_key")
        ]

    def __str__(self) -> str:
        return f"{self.line_number} {self.description}"
