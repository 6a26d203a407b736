"""Which web services are published under /ODataV4."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class WebService(fields.Record):
    service_name = models.CharField(_("Service Name"), max_length=240, unique=True)
    object_type = models.CharField(
        _("Object Type"),
        max_length=10,
        default="page",
        choices=[("page", _("Page")), ("query", _("Query")), ("codeunit", _("Codeunit"))],
    )
    object_id = models.PositiveIntegerField(_("Object ID"), default=0)
    published = models.BooleanField(_("Published"), default=True)

    class Meta:
        verbose_name = _("Web Service")
        verbose_name_plural = _("Web Services")

    def __str__(self) -> str:
        return self.service_name
