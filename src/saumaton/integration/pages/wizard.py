"""Dynamics CRM Connection Setup: the guide. Nothing is kept before the CRM itself has agreed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saumaton.financials.web_services import availability
from saumaton.integration.connections import forget_clients
from saumaton.integration.models import Connection
from saumaton.integration.pages.captions import SUITE
from saumaton.integration.setup import Unusable, connect, test
from saumaton.pages import registry
from saumaton.pages.actions import Done, Stop
from saumaton.pages.fields import Field
from saumaton.pages.wizard import Entered, Next, State, Step, Wizard


def asked(state: State) -> tuple[Field, ...]:
    known = Connection.objects.order_by("-enabled", "-created_at").first()
    return (
        Field("url", _("CRM server URL"), "url", required=True, initial=known.url if known else ""),
        Field(
            "token_url",
            _("Token URL"),
            "url",
            required=True,
            initial=known.token_url if known else "",
        ),
        Field("client_id", _("Client ID"), required=True, initial=known.client_id if known else ""),
        Field("client_secret", _("Client secret"), "password", required=known is None),
        Field(
            "ca_file",
            _("Certificate authority file"),
            help=_("Only where the CRM's certificate is of an authority of your own."),
            initial=known.ca_file if known else "",
        ),
    )


def take_connection(entered: Entered) -> Next | Stop:
    """Sign in with what was entered; keep it, switched off, once that works."""
    values = entered.values
    url = values["url"].rstrip("/")
    connection = Connection.objects.filter(url=url).first() or Connection(url=url)
    connection.token_url = values["token_url"]
    connection.client_id = values["client_id"]
    connection.ca_file = values["ca_file"]
    if values["client_secret"]:
        connection.client_secret = values["client_secret"]
    forget_clients()
    try:
        test(connection)
    except Unusable as problem:
        return Stop(str(problem))
    connection.save()
    return Next({"connection": str(connection.pk)})


def take_options(entered: Entered) -> Done | Stop:
    connection = Connection.objects.get(pk=entered.state["connection"])
    connection.order_user = entered.values.get("order_user") or ""
    try:
        connect(connection, bool(entered.values.get("orders")))
    except Unusable as problem:
        return Stop(str(problem))
    Connection.objects.exclude(pk=connection.pk).update(enabled=False)
    availability.publish(bool(entered.values.get("availability")))
    return Done(
        _("The connection is enabled. Plan the full synchronisation and start it here."),
        reverse("integration:review"),
    )


registry.add(
    Wizard(
        "crm-connection",
        _("Dynamics CRM Connection Setup"),
        steps=(
            Step(
                "connection",
                _("Connection"),
                intro=_(
                    "Where the CRM is, and the application user that Financials signs in as: the "
                    "integration user. The connection is tested before anything is kept."
                ),
                fields=asked,
                take=take_connection,
            ),
            Step(
                "options",
                _("What to synchronise"),
                intro=_(
                    "Customers, contacts, items, resources, prices, units, currencies and "
                    "salespeople are synchronised. Sales order integration lets sellers submit "
                    "orders, which then become sales orders here."
                ),
                fields=(
                    Field("orders", _("Sales order integration"), "boolean", initial=True),
                    Field("order_user", _("Sales order user")),
                    Field("availability", _("Item availability"), "boolean", initial=True),
                ),
                take=take_options,
            ),
        ),
        experience=SUITE,
        right="administer",
    )
)
