"""The connection to a CRM."""

import base64
import hashlib
import uuid

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Connection(models.Model):
    """How Financials reaches a CRM, and as whom. Ids of copies derive from its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.URLField(_("CRM server URL"), max_length=250)
    token_url = models.URLField(_("Token URL"), max_length=250)
    client_id = models.CharField(_("Client ID"), max_length=100)
    encrypted_secret = models.TextField(editable=False)
    ca_file = models.CharField(_("Certificate authority file"), max_length=500, blank=True)
    order_user = models.CharField(_("Sales order user"), max_length=250, blank=True)
    enabled = models.BooleanField(_("Enabled"), default=False)
    order_integration = models.BooleanField(_("Sales order integration"), default=False)
    base_currency = models.UUIDField(null=True, editable=False)
    base_currency_code = models.CharField(max_length=5, blank=True, editable=False)
    user = models.UUIDField(null=True, editable=False)  # the CRM's systemuser we sign in as
    disabled_reason = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("CRM connection")
        verbose_name_plural = _("CRM connections")

    def __str__(self) -> str:
        return self.url

    @property
    def client_secret(self) -> str:
        return _cipher().decrypt(self.encrypted_secret.encode()).decode()

    @client_secret.setter
    def client_secret(self, secret: str) -> None:
        self.encrypted_secret = _cipher().encrypt(secret.encode()).decode()


def _cipher() -> Fernet:
    """Return the cipher whose key lies outside the database."""
    key = hashlib.sha256(settings.CONFIG.secret("field_key").encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
