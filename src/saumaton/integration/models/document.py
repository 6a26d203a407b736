"""Documents on their way between the two sides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .connection import Connection


class Document(models.Model):
    """A sales document of one side and what became of it on the other."""

    class Kind(models.TextChoices):
        ORDER = "order", _("Sales order")
        INVOICE = "invoice", _("Posted sales invoice")

    class State(models.TextChoices):
        CREATED = "created", _("Created")
        REFUSED = "refused", _("Refused")
        INVOICED = "invoiced", _("Invoiced")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    crm_id = models.UUIDField()
    crm_number = models.CharField(_("CRM number"), max_length=100, blank=True)
    erp_id = models.UUIDField(null=True)
    erp_number = models.CharField(_("Number"), max_length=20, blank=True)
    crm_total = models.DecimalField(_("CRM total"), max_digits=20, decimal_places=4, null=True)
    erp_total = models.DecimalField(_("Total"), max_digits=20, decimal_places=4, null=True)
    state = models.CharField(_("State"), max_length=10, choices=State)
    reasons = models.JSONField(_("Reasons"), default=list)
    stamped = models.BooleanField(default=False)  # has the CRM been told?
    changed_at = models.DateTimeField(_("Changed"), auto_now=True)

    class Meta:
        verbose_name = _("document transfer")
        verbose_name_plural = _("document transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "crm_id"], name="one_transfer_a_crm_document"
            ),
            models.UniqueConstraint(
                fields=["connection", "kind", "erp_id"], name="one_transfer_an_erp_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crm_number} = {self.erp_number}"
