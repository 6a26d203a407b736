"""Set a connection up: test it with the CRM itself, then keep it and enable it. Nothing before."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from saumaton.dataverse.client import Client, Rejected
from saumaton.financials.models import GeneralLedgerSetup
from saumaton.integration.connections import client_of, forget_clients
from saumaton.integration.models import Connection
from saumaton.sync.ports import Busy, Misconfigured


class Unusable(Exception):
    """The connection cannot be used; the sentence says what to mend."""


@dataclass(frozen=True)
class Organisation:
    """What a tested connection knows of the CRM's organisation and of itself in it."""

    id: UUID
    user: UUID
    base_currency: UUID
    base_currency_code: str


def connect(connection: Connection, order_integration: bool = True) -> Organisation:
    """Test the connection and, if all is well, keep it and enable it.

    The user it signs in as is marked as an integration user, and submitting orders is switched on
    in the CRM when their integration is wanted. Raises `Unusable`.
    """
    organisation = test(connection)
    connection.user = organisation.user
    connection.base_currency = organisation.base_currency
    connection.base_currency_code = organisation.base_currency_code
    connection.order_integration = order_integration
    connection.enabled = True
    connection.disabled_reason = ""
    connection.save()
    forget_clients()
    client = client_of(connection)
    try:
        _change(client, f"systemusers({organisation.user})", {"isintegrationuser": True})
        if order_integration:
            switch = {"issopintegrationenabled": True}
            _change(client, f"organizations({organisation.id})", switch)
    except Rejected as no:
        connection.enabled = False
        connection.disabled_reason = no.message
        connection.save()
        raise Unusable(
            _("The CRM does not let its integration user be set up: %(reason)s")
            % {"reason": no.message}
        ) from no
    return organisation


def test(connection: Connection) -> Organisation:
    """Sign in, and read what the connection needs to know. Raises `Unusable`."""
    try:
        client = client_of(connection)
        me = client.get("WhoAmI").json()
        user = client.get(f"systemusers({me['UserId']})?$select=isdisabled,fullname").json()
        found = client.get(
            "organizations?$select=organizationid,_basecurrencyid_value,issopintegrationenabled"
        ).json()["value"][0]
        currency = found["_basecurrencyid_value"]
        base = client.get(f"transactioncurrencies({currency})?$select=isocurrencycode").json()
    except (Busy, Misconfigured, Rejected, OSError, LookupError) as problem:
        raise Unusable(
            _("The CRM cannot be used: %(reason)s") % {"reason": str(problem)}
        ) from problem
    if user.get("isdisabled"):
        raise Unusable(
            _("User %(name)s is disabled in the CRM. Enable it there.") % {"name": user["fullname"]}
        )
    _check_local_currency(base["isocurrencycode"])
    return Organisation(
        id=UUID(found["organizationid"]),
        user=UUID(me["UserId"]),
        base_currency=UUID(currency),
        base_currency_code=base["isocurrencycode"],
    )


def _check_local_currency(base_code: str) -> None:
    """The rate of each currency is told to the CRM in its base currency, so that must be ours."""
    try:
        local = GeneralLedgerSetup.objects.get().lcy_code
    except ObjectDoesNotExist:
        local = ""
    if not local:
        raise Unusable(_("General Ledger Setup names no local currency. Fill in LCY Code there."))
    if local != base_code:
        raise Unusable(
            _(
                "The local currency %(local)s is not the CRM's base currency %(base)s. "
                "Connect a CRM whose base currency is %(local)s."
            )
            % {"local": local, "base": base_code}
        )


def _change(client: Client, path: str, values: Mapping[str, object]) -> None:
    client.request("PATCH", path, orjson.dumps(values), {"If-Match": "*"})
