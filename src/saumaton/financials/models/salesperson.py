"""The people who sell."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class Salesperson(fields.Record):
    code = fields.key(_("Code"), 20)
    name = fields.text(_("Name"), 50)
    email = fields.text(_("E-Mail"), 80)
    phone = fields.text(_("Phone No."), 30)
    job_title = fields.text(_("Job Title"), 30)
    commission_percent = fields.percent(_("Commission %"))
    blocked = models.BooleanField(_("Blocked"), default=False)

    class Meta:
        verbose_name = _("Salesperson")
        verbose_name_plural = _("Salespeople")

    def __str__(self) -> str:
        return self.name or self.code
