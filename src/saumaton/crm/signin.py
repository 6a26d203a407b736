"""Sign in to the CRM: users by password, programs by secret, requests by token."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import sqlalchemy as sa

from .caller import Caller, Depth
from .ledger import CREDENTIAL, FAILURE, PRIVILEGE, STATE, TOKEN
from .problem import Problem
from .secrets_kept import hashed_password, is_password, new_token, token_hash
from .store import Session, Store

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 14 * 86400
FAILURES_ALLOWED = 10
FAILURES_WITHIN_SECONDS = 300
USER, APPLICATION = "user", "application"
ADMINISTRATOR = "System Administrator"


class Refused(Exception):
    """A sign-in that failed. `wait` is the number of seconds before another try is looked at."""

    def __init__(self, message: str, wait: int = 0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Tokens:
    """What a successful sign-in is given."""

    access: str
    refresh: str
    seconds: int = ACCESS_SECONDS


def check_password(store: Store, name: str, password: str) -> Caller:
    """Return the user with this sign-in name and password. Raises `Refused`, throttled."""
    return caller_of(store, *_checked(store, name, password, USER))


def _checked(store: Store, name: str, secret: str, kind: str) -> tuple[str, bool]:
    name = name.strip().lower()
    _demand_patience(store, name)
    where = sa.and_(CREDENTIAL.c.name == name, CREDENTIAL.c.kind == kind)
    with store.begin(write=False) as connection:
        kept = connection.execute(sa.select(CREDENTIAL).where(where)).first()
    if not is_password(kept.secret if kept else None, secret):
        _note_failure(store, name)
        raise Refused("The name or the password is wrong.")
    assert kept is not None
    return str(kept.userid), bool(kept.throttled)


def _demand_patience(store: Store, name: str) -> None:
    since = time.time() - FAILURES_WITHIN_SECONDS
    counted = sa.select(sa.func.count(), sa.func.min(FAILURE.c.at))
    with store.begin(write=False) as connection:
        count, first = connection.execute(
            counted.where(FAILURE.c.name == name, FAILURE.c.at > since)
        ).one()
    if count >= FAILURES_ALLOWED:
        wait = max(1, int(first + FAILURES_WITHIN_SECONDS - time.time()) + 1)
        raise Refused("Too many failed attempts. Try again later.", wait)


def _note_failure(store: Store, name: str) -> None:
    now = time.time()
    with store.begin(write=True) as connection:
        connection.execute(sa.delete(FAILURE).where(FAILURE.c.at < now - FAILURES_WITHIN_SECONDS))
        connection.execute(sa.insert(FAILURE).values(id=str(uuid4()), name=name[:250], at=now))


def set_credential(
    session: Session, name: str, user_id: str, secret: str, kind: str, throttled: bool = False
) -> None:
    """Give a user a sign-in name with a password, or a program an id with a secret.

    What was valid before is so no longer: names, passwords and the tokens given for them.
    """
    name = name.strip().lower()
    before = sa.and_(CREDENTIAL.c.userid == user_id, CREDENTIAL.c.kind == kind)
    replaced = sa.or_(CREDENTIAL.c.name == name, before)
    session.connection.execute(sa.delete(CREDENTIAL).where(replaced))
    session.connection.execute(sa.delete(TOKEN).where(TOKEN.c.userid == user_id))
    session.connection.execute(
        sa.insert(CREDENTIAL).values(
            name=name,
            userid=user_id,
            kind=kind,
            secret=hashed_password(secret),
            throttled=int(throttled),
        )
    )


def grant(store: Store, form: Mapping[str, str]) -> Tokens:
    """Return tokens for a request to the token endpoint. Raises `Refused`."""
    match form.get("grant_type"):
        case "client_credentials":
            found = _checked(
                store, form.get("client_id", ""), form.get("client_secret", ""), APPLICATION
            )
            return _issue(store, *found, refreshable=False)
        case "password":
            found = _checked(store, form.get("username", ""), form.get("password", ""), USER)
            return _issue(store, *found, refreshable=True)
        case "refresh_token":
            return _issue(store, *_spend(store, form.get("refresh_token", "")), refreshable=True)
    raise Refused("unsupported_grant_type")


def _spend(store: Store, token: str) -> tuple[str, bool]:
    """Use a refresh token up; it works once."""
    where = sa.and_(TOKEN.c.hash == token_hash(token), TOKEN.c.kind == "refresh")
    with store.begin(write=True) as connection:
        kept = connection.execute(sa.select(TOKEN).where(where)).first()
        if kept is None or kept.expires < time.time():
            raise Refused("The refresh token is unknown or has expired.")
        connection.execute(sa.delete(TOKEN).where(where))
    return str(kept.userid), bool(kept.throttled)


def _issue(store: Store, user_id: str, throttled: bool, *, refreshable: bool) -> Tokens:
    tokens = Tokens(new_token(), new_token() if refreshable else "")
    now = time.time()
    rows = [(tokens.access, "access", ACCESS_SECONDS)]
    if refreshable:
        rows.append((tokens.refresh, "refresh", REFRESH_SECONDS))
    values = [
        {
            "hash": token_hash(token),
            "userid": user_id,
            "kind": kind,
            "throttled": int(throttled),
            "expires": now + seconds,
        }
        for token, kind, seconds in rows
    ]
    with store.begin(write=True) as connection:
        connection.execute(sa.delete(TOKEN).where(TOKEN.c.expires < now))
        connection.execute(sa.insert(TOKEN), values)
    return tokens


def caller_of_token(store: Store, token: str) -> Caller | None:
    """Return whom an access token was given to, or None if it is unknown or has expired."""
    where = sa.and_(TOKEN.c.hash == token_hash(token), TOKEN.c.kind == "access")
    with store.begin(write=False) as connection:
        kept = connection.execute(sa.select(TOKEN).where(where)).first()
    if kept is None or kept.expires < time.time():
        return None
    return caller_of(store, str(kept.userid), bool(kept.throttled))


def caller_of(store: Store, user_id: str, throttled: bool = False) -> Caller:
    """Return a user with roles and privileges as they are now. Raises `Problem` 403 if disabled."""
    with store.begin(write=False) as connection:
        version = int(connection.scalar(sa.select(STATE.c.security)) or 0)
    kept = _CALLERS.get((id(store), user_id))
    if kept is None or kept[0] != version:
        with store.reading() as session:
            kept = (version, _read_caller(session, user_id))
        if len(_CALLERS) > 10_000:
            _CALLERS.clear()
        _CALLERS[id(store), user_id] = kept
    if kept[1] is None or kept[1].disabled:
        raise Problem(403, "0x80072560", "The user is not a member of the organization.")
    return replace(kept[1], throttled=throttled)


_CALLERS: dict[tuple[int, str], tuple[int, Caller | None]] = {}


def _read_caller(session: Session, user_id: str) -> Caller | None:
    user = session.rows("systemuser", [user_id]).get(user_id)
    if user is None:
        return None
    assigned = session.rows_where("systemuserroles", "systemuserid", [user_id])
    roles = session.rows("role", [row["roleid"] for row in assigned])
    teams = session.rows_where("teammembership", "systemuserid", [user_id])
    names = frozenset(role["name"] for role in roles.values())
    return Caller(
        id=user_id,
        name=user["fullname"] or "",
        business_unit=user["businessunitid"] or "",
        units=_units_below(session, user["businessunitid"]),
        teams=frozenset(row["teamid"] for row in teams),
        privileges=_privileges(session, list(roles)),
        everything=ADMINISTRATOR in names,
        integration=bool(user["isintegrationuser"]),
        roles=names,
        disabled=bool(user["isdisabled"]),
    )


def _units_below(session: Session, unit: str | None) -> frozenset[str]:
    rows = session.all(sa.select(session.sql("businessunit")))
    found, grown = {unit}, True
    while grown:
        below = {r["businessunitid"] for r in rows if r["parentbusinessunitid"] in found}
        grown = not below <= found
        found |= below
    return frozenset(name for name in found if name)


def _privileges(session: Session, roles: list[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    rows = session.connection.execute(sa.select(PRIVILEGE).where(PRIVILEGE.c.roleid.in_(roles)))
    for row in rows:
        key = (row.action, row.table_name)
        found[key] = max(found.get(key, Depth.NONE), row.depth)
    return found
