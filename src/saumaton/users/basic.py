"""Basic sign-in of programs: a user's name and web service access key with every request."""

import base64
import binascii
import logging

from django.http import HttpRequest

from saumaton.users.keys import user_with_key
from saumaton.users.models import User

logger = logging.getLogger(__name__)


def authenticate_basic(request: HttpRequest) -> User | None:
    """Return the user whose name and key the `Authorization` header holds, or nobody.

    A password is not accepted here. Whoever answers sends 401 with `WWW-Authenticate: Basic`.
    """
    credentials = _credentials(request.headers.get("Authorization", ""))
    if credentials is None:
        return None
    user = user_with_key(*credentials)
    if user is None:
        logger.warning("Refused web service key from %s", request.META.get("REMOTE_ADDR", "?"))
    return user


def _credentials(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, key = text.partition(":")
    return (name, key) if colon and "\x00" not in name else None
