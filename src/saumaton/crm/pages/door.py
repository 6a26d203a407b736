"""Where the pages enter the CRM: who signs in, and the one handler of every Web API request."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import sqlalchemy as sa
from django.core.exceptions import PermissionDenied

from ..ledger import CREDENTIAL
from ..problem import Problem
from ..signin import USER, Refused, caller_of, check_password, set_credential
from ..views import service

ROOT = "/api/data/v9.2/"


@dataclass(frozen=True)
class SignedIn:
    """The user for whom a request is answered."""

    id: str
    name: str
    administers: bool


def sign_in(name: str, password: str) -> str | None:
    """Return the id of the user with this name and password; throttled as the token endpoint is."""
    try:
        return check_password(service().store, name, password).id
    except (Refused, Problem):
        return None


def user(user_id: str) -> SignedIn | None:
    """Return the user as the CRM knows it now; none if it was disabled or deleted."""
    try:
        caller = caller_of(service().store, user_id)
    except Problem:
        return None
    administers = caller.everything or "System Customizer" in caller.roles
    return SignedIn(user_id, caller.name, administers)


class Taken(Exception):
    """Somebody else, or a program, signs in with this name."""


def set_password(by: str, user_id: str, name: str, password: str) -> None:
    """Let a user sign in with this name and password from now on; `by` must administer the CRM.

    Raises `Taken`, so that nobody's password is replaced by mistake.
    """
    store = service().store
    with store.writing(caller_of(store, by)) as session:
        if not session.caller.everything:
            raise PermissionDenied
        holder = sa.select(CREDENTIAL.c.userid).where(CREDENTIAL.c.name == name.strip().lower())
        if session.connection.scalar(holder) not in (None, user_id):
            raise Taken(name)
        set_credential(session, name, user_id, password, USER)


def handle(
    user_id: str, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """Return status and body of the Web API's answer to a request of this user.

    `path` is relative to the service root and holds the query, encoded as in an address.
    """
    where, _, query = path.partition("?")
    known = {name.lower(): value for name, value in headers.items()}
    answer = service().handle(method, ROOT + unquote(where), query, known, body, "", user_id)
    return answer.status, answer.body
