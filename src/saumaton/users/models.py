"""People who sign in to Financials, and their web service access keys."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from saumaton.users.permissions import may


class User(AbstractUser):
    """A person, or a service that signs in with a web service access key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    permission_sets = models.JSONField(_("permission sets"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)

    @property
    def full_name(self) -> str:
        return self.get_full_name() or self.username

    def may(self, right: str) -> bool:
        """Is this person allowed it? Takes a `Right` or its text."""
        return may(self, right)


class WebServiceKey(models.Model):
    """The key a program signs in with under a user's name; only its hash is kept."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="key")
    digest = models.CharField(max_length=64)
    created = models.DateTimeField()
    expires = models.DateTimeField(_("expires"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user.username} ({self.created:%Y-%m-%d})"


class FailedSignIn(models.Model):
    """A wrong name or password; what the lockout counts."""

    name = models.CharField(max_length=150, db_index=True)
    address = models.CharField(max_length=45, db_index=True)
    moment = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name} from {self.address}"
