"""What administrators look after: users, roles, currencies, units."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Record

from . import webapi
from .session import ADMINISTER
from .source import TableSource

USERS = TableSource("systemuser", search=("fullname", "domainname"))
ROLES = TableSource("role")
CURRENCIES = TableSource("transactioncurrency", search=("isocurrencycode", "currencyname"))
UNITS = TableSource("uom", search=("name",))
UNIT_GROUPS = TableSource("uomschedule", search=("name",))


def roles_of(record: Record) -> Sequence[Fact]:
    """Return the user's roles, one a line."""
    path = f"systemusers({record.key})?$select=fullname&$expand=systemuserroles_association"
    found = webapi.ask("GET", f"{path}($select=name)")
    roles = found.get("systemuserroles_association", [])
    return [Fact(_("Security Role"), role["name"], "text") for role in roles]


registry.add(
    ListPage(
        "systemuser",
        _("Users"),
        USERS,
        columns=("fullname", "domainname", "internalemailaddress", "isdisabled"),
        more=("mobilephone", "jobtitle", "isintegrationuser"),
        filters=("isdisabled",),
        views=(View("enabled", _("Enabled Users"), {"isdisabled": "false"}),),
        group="administration",
        place=10,
    ),
    CardPage(
        "systemuser",
        _("User"),
        USERS,
        title=("fullname",),
        sections=(
            Section(
                _("Summary"),
                (
                    "firstname",
                    "lastname",
                    Field("domainname", readonly=True),
                    "internalemailaddress",
                    "mobilephone",
                    "jobtitle",
                    "isdisabled",
                    Field("isintegrationuser", readonly=True),
                ),
            ),
        ),
        facts=roles_of,
        edit_right=ADMINISTER,
        creatable=False,
        deletable=False,
    ),
    ListPage(
        "role",
        _("Security Roles"),
        ROLES,
        columns=("name", "modifiedon"),
        group="administration",
        right=ADMINISTER,
        place=20,
    ),
    ListPage(
        "transactioncurrency",
        _("Currencies"),
        CURRENCIES,
        columns=(
            "isocurrencycode", "currencyname", "currencysymbol", "exchangerate",
            "currencyprecision",
        ),
    ),
    ListPage("uomschedule", _("Unit Groups"), UNIT_GROUPS, columns=("name",)),
    ListPage("uom", _("Units"), UNITS, columns=("name", "uomscheduleid", "quantity")),
)  # fmt: skip
