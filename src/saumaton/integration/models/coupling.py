"""Two ids that are one record, and how far each side has been read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .connection import Connection


class Coupling(models.Model):
    """One ERP record and one CRM record that are the same thing.

    A base is what a side held when the two last agreed, as text of `integration.values`; none
    until they first did.
    """

    class State(models.TextChoices):
        PROMISED = "promised", _("Promised")  # its second record may not be there yet
        COUPLED = "coupled", _("Coupled")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    mapping = models.CharField(_("Mapping"), max_length=40)
    erp_id = models.UUIDField()
    crm_id = models.UUIDField()
    born = models.CharField(max_length=3, blank=True)  # the side it was first entered on
    state = models.CharField(_("State"), max_length=10, choices=State)
    base_erp = models.TextField(null=True)
    base_crm = models.TextField(null=True)
    rests = models.TextField(_("Rests because"), blank=True)
    settled_at = models.DateTimeField(_("Last synchronised"), null=True)

    class Meta:
        verbose_name = _("coupling")
        verbose_name_plural = _("couplings")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "mapping", "erp_id"], name="one_coupling_an_erp_record"
            ),
            models.UniqueConstraint(
                fields=["connection", "mapping", "crm_id"], name="one_coupling_a_crm_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mapping} {self.erp_id} = {self.crm_id}"


class Token(models.Model):
    """A table's own mark of "everything up to here", per mapping and side."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    mapping = models.CharField(max_length=40)
    side = models.CharField(max_length=3)
    token = models.TextField()
    kept_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "mapping", "side"], name="one_token_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mapping} {self.side}"
