"""Who guesses passwords waits: counted by name and by address, the same for names nobody has."""

import logging
from datetime import timedelta

from django.utils import timezone

from saumaton.users.models import FailedSignIn

WINDOW = timedelta(minutes=15)
FAILURES_OF_A_NAME = 5
FAILURES_OF_AN_ADDRESS = 30

logger = logging.getLogger(__name__)


def locked(name: str, address: str) -> bool:
    """Must this name or this address wait before it may try again?"""
    recent = FailedSignIn.objects.filter(moment__gt=timezone.now() - WINDOW)
    return (
        recent.filter(name=name.casefold()).count() >= FAILURES_OF_A_NAME
        or recent.filter(address=address).count() >= FAILURES_OF_AN_ADDRESS
    )


def note_failure(name: str, address: str) -> None:
    """Remember a failed attempt; those too old to count are forgotten."""
    now = timezone.now()
    FailedSignIn.objects.filter(moment__lt=now - 4 * WINDOW).delete()
    FailedSignIn.objects.create(name=name.casefold()[:150], address=address, moment=now)
    if locked(name, address):
        logger.warning("Sign-in is locked for a while after failures from %s", address)


def forgive(name: str) -> None:
    """Forget the failures of a name that has signed in."""
    FailedSignIn.objects.filter(name=name.casefold()).delete()
