"""A new organisation: its currency, business unit, roles, users and programs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from .caller import Caller
from .described import metadata_id
from .ledger import CREDENTIAL, PRIVILEGE
from .roles import ROLES
from .signin import APPLICATION, USER, set_credential
from .store import Session, Store
from .values import scaled
from .write import create as create_rows

UNIT = metadata_id("businessunit", "root")
ORGANISATION = metadata_id("organization", "root")
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "SEK": "kr", "NOK": "kr", "DKK": "kr", "JPY": "¥"}
WITHOUT_DECIMALS = frozenset({"JPY", "KRW", "ISK", "CLP", "VND"})


def create(
    database_url: str,
    *,
    currency: str,
    currency_name: str,
    users: Sequence[Mapping[str, Any]] = (),
    applications: Sequence[Mapping[str, Any]] = (),
) -> bool:
    """Make the organisation and those of its users and programs that are not there yet.

    A user has `name` (to sign in), `password`, `roles`, `email`, `first_name`, `last_name`; a
    program has `client_id`, `client_secret`, `name`, `roles`, `throttled`. Returns whether
    anything was made.
    """
    store = Store(database_url)
    try:
        with store.writing() as session:
            made = _make_organisation(session, currency, currency_name)
            session.caller = Caller(session.caller.id, business_unit=UNIT, everything=True)
            session.remembered.clear()
            for user in users:
                made |= _make_user(session, user)
            for program in applications:
                made |= _make_program(session, program)
            return made
    finally:
        store.engine.dispose()


def _make_organisation(session: Session, currency: str, currency_name: str) -> bool:
    if session.organisation():
        return False
    money = str(uuid4())
    create_rows(
        session,
        "transactioncurrency",
        [
            {
                "transactioncurrencyid": money,
                "isocurrencycode": currency,
                "currencyname": currency_name or currency,
                "currencysymbol": SYMBOLS.get(currency, currency),
                "currencyprecision": 0 if currency in WITHOUT_DECIMALS else 2,
                "exchangerate": scaled(Decimal(1), 10),
            }
        ],
    )
    create_rows(session, "businessunit", [{"businessunitid": UNIT, "name": "Organization"}])
    organisation = {
        "organizationid": ORGANISATION,
        "name": "Organization",
        "basecurrencyid": money,
    }
    create_rows(session, "organization", [organisation])
    for role in ROLES:
        _make_role(session, role.name, role.id, role.privileges)
    return True


def _make_role(
    session: Session, name: str, role_id: str, privileges: Sequence[tuple[str, str, int]]
) -> None:
    create_rows(session, "role", [{"roleid": role_id, "name": name, "businessunitid": UNIT}])
    if privileges:
        names = ("action", "table_name", "depth")
        rows = [
            {"roleid": role_id, **dict(zip(names, privilege, strict=True))}
            for privilege in privileges
        ]
        session.connection.execute(sa.insert(PRIVILEGE), rows)


def _known(session: Session, name: str) -> bool:
    where = CREDENTIAL.c.name == name.strip().lower()
    return session.connection.execute(sa.select(CREDENTIAL.c.name).where(where)).first() is not None


def _make_user(session: Session, user: Mapping[str, Any]) -> bool:
    if _known(session, user["name"]):
        return False
    values = {
        "firstname": user.get("first_name") or None,
        "lastname": user.get("last_name") or user["name"],
        "domainname": user["name"],
        "internalemailaddress": user.get("email") or None,
    }
    user_id = _insert_user(session, values, user.get("roles", ()))
    set_credential(session, user["name"], user_id, user["password"], USER)
    return True


def _make_program(session: Session, program: Mapping[str, Any]) -> bool:
    if _known(session, program["client_id"]):
        return False
    roles = program.get("roles", ())
    values = {
        "lastname": program.get("name") or program["client_id"],
        "applicationid": str(uuid4()),
        "accessmode": 4,
        "islicensed": 0,
        "isintegrationuser": int(program.get("isintegrationuser", "Integration User" in roles)),
    }
    user_id = _insert_user(session, values, roles)
    set_credential(
        session,
        program["client_id"],
        user_id,
        program["client_secret"],
        APPLICATION,
        bool(program.get("throttled")),
    )
    return True


def _insert_user(session: Session, values: Mapping[str, Any], roles: Sequence[str]) -> str:
    [user_id] = create_rows(session, "systemuser", [{"businessunitid": UNIT, **values}])
    held = session.rows_where("role", "name", list(roles))
    missing = set(roles) - {role["name"] for role in held}
    if missing:
        raise ValueError(f"The CRM has no security role named {', '.join(sorted(missing))}.")
    create_rows(
        session,
        "systemuserroles",
        [{"systemuserid": user_id, "roleid": role["roleid"]} for role in held],
    )
    return user_id
