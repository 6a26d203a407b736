"""Passwords and tokens: hashed at rest, compared in constant time."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody's password")


def hashed_password(password: str) -> str:
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Does the password fit? Takes as long for an unknown user as for a known one."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    return secrets.token_urlsafe(48)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
