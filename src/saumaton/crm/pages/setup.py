"""What administrators look after: users, roles, currencies, units."""

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Record

from . import door, session, webapi
from .session import ADMINISTER
from .source import TableSource

SHORTEST_PASSWORD = 12
USERS = TableSource("systemuser", search=("fullname", "domainname"))
ROLES = TableSource("role")
CURRENCIES = TableSource("transactioncurrency", search=("isocurrencycode", "currencyname"))
UNITS = TableSource("uom", search=("name",))
UNIT_GROUPS = TableSource("uomschedule", search=("name",))


def assign(call: Call) -> Done:
    """Give the users a role."""
    for key in call.keys:
        bound = {"@odata.id": f"{door.ROOT}roles({call.values['role']})"}
        webapi.ask("POST", f"systemusers({key})/systemuserroles_association/$ref", bound)
    return Done(_("The role was assigned."))


def withdraw(call: Call) -> Done:
    """Take a role from the users."""
    for key in call.keys:
        role = call.values["role"]
        webapi.ask("DELETE", f"systemusers({key})/systemuserroles_association({role})/$ref")
    return Done(_("The role was withdrawn."))


def set_password(call: Call) -> Done | Stop:
    """Give a user a new password; only an administrator may."""
    user = session.current()
    if user is None or not user.administers:
        raise PermissionDenied
    if len(call.values["password"]) < SHORTEST_PASSWORD:
        return Stop(_("A password has at least %d characters.") % SHORTEST_PASSWORD)
    name = USERS.get(call.key, ("domainname",))["domainname"]
    if not name:
        return Stop(_("The user has no user name to sign in with."))
    try:
        door.set_password(user.id, call.key, str(name), call.values["password"])
    except door.Taken:
        return Stop(_("The user name “%s” is taken.") % name)
    return Done(_("The password was changed."))


def new_user(call: Call) -> Done | Stop:
    """Make a user who can sign in: the row, a role, a password."""
    entered = dict(call.values)
    role, password = entered.pop("role"), entered.pop("password")
    if len(password) < SHORTEST_PASSWORD:
        return Stop(_("A password has at least %d characters.") % SHORTEST_PASSWORD)
    taken = f"domainname eq {webapi.text(entered['domainname'])}"
    if webapi.count("systemusers", taken):
        return Stop(_("The user name “%s” is taken.") % entered["domainname"])
    key = USERS.save(None, entered | {"businessunitid": _business_unit()})
    assign(Call(call.request, (key,), {"role": role}))
    answer = set_password(Call(call.request, (key,), {"password": password}))
    if isinstance(answer, Stop):
        USERS.delete(key)
        return answer
    address = registry.card_page("systemuser").address_of(key)
    return Done(_("The user was created."), address)


def _business_unit() -> str:
    """Return the business unit of who is signed in: new users belong there, too."""
    user = session.current()
    path = f"systemusers({user.id if user else ''})?$select=_businessunitid_value"
    return str(webapi.ask("GET", path)["_businessunitid_value"])


def described(name: str) -> Field:
    return replace(USERS.describe(name), required=True)


ROLE = (Field("role", _("Security Role"), "lookup", lookup="role", required=True),)
PASSWORD = (Field("password", _("New Password"), "password", required=True),)
NEW_USER = (
    USERS.describe("firstname"), described("lastname"), described("domainname"),
    USERS.describe("internalemailaddress"), *ROLE, *PASSWORD,
)  # fmt: skip


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
        actions=(
            Action(
                "new_user", _("New User"), new_user, right=ADMINISTER, on=("page",),
                fields=NEW_USER, prominent=True,
            ),
        ),
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
        actions=(
            Action("assign", _("Assign Role"), assign, right=ADMINISTER, on=("card",), fields=ROLE),
            Action(
                "withdraw", _("Withdraw Role"), withdraw, right=ADMINISTER, on=("card",),
                fields=ROLE,
            ),
            Action(
                "password", _("Set Password"), set_password, right=ADMINISTER, on=("card",),
                fields=PASSWORD,
            ),
        ),
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
