"""People who sign in to Financials."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person, or a service that signs in with a web service access key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
