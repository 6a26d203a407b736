"""Web service access keys: made, shown once, and kept as a hash.

A key is 256 random bits, so it can't be guessed and a plain SHA-256 keeps it as safe as a slow
password hash would, at a thousandth of the time for each request.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.utils import timezone

from saumaton.users.models import User, WebServiceKey

NOBODY = "0" * 64


def make_key(user: User, expires: datetime | None = None) -> str:
    """Return a new key for the user, the only time it can be seen. The key before it ends."""
    key = secrets.token_urlsafe(32)
    WebServiceKey.objects.update_or_create(
        user=user,
        defaults={"digest": digest(key), "created": timezone.now(), "expires": expires},
    )
    return key


def remove_key(user: User) -> None:
    WebServiceKey.objects.filter(user=user).delete()


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def user_with_key(name: str, key: str) -> User | None:
    """Return the active user of this name whose valid key this is; takes as long for nobody."""
    found = (
        WebServiceKey.objects.select_related("user")
        .filter(user__username=name, user__is_active=True)
        .first()
    )
    matches = hmac.compare_digest(found.digest if found else NOBODY, digest(key))
    if not found or not matches:
        return None
    if found.expires and found.expires <= timezone.now():
        return None
    return found.user
