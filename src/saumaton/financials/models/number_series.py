"""Series that documents and master data take their numbers from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class NumberSeries(fields.Record):
    code = fields.key(_("Code"), 20)
    description = fields.text(_("Description"), 100)
    starting_number = fields.code(_("Starting No."), 20)
    ending_number = fields.code(_("Ending No."), 20)
    last_number_used = fields.code(_("Last No. Used"), 20)
    increment_by = models.PositiveIntegerField(_("Increment-by No."), default=1)
    manual_numbers = models.BooleanField(_("Manual Nos."), default=True)

    class Meta:
        verbose_name = _("No. Series")
        verbose_name_plural = _("No. Series")

    def __str__(self) -> str:
        return self.code
