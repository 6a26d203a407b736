"""Users: people and programs that sign in."""

from ..described import Table, choice, guid, lookup, text, yes_no
from .shared_columns import currency

TABLE = Table(
    name="systemuser",
    set_name="systemusers",
    primary_name="fullname",
    code=8,
    schema="SystemUser",
    label="User",
    plural="Users",
    columns=(
        text("firstname", 64, schema="FirstName"),
        text("lastname", 64, schema="LastName"),
        text("fullname", 200, schema="FullName", create=False, update=False),
        text("domainname", 250),
        text("internalemailaddress", 100),
        text("mobilephone", 64),
        text("title", 128),
        text("jobtitle", 100),
        lookup("businessunitid", "businessunit", back="business_unit_system_users"),
        yes_no("isdisabled", False),
        yes_no("islicensed", True),
        yes_no("isintegrationuser", False),
        choice(
            "accessmode",
            (
                (0, "Read-Write"),
                (1, "Administrative"),
                (2, "Read"),
                (3, "Support User"),
                (4, "Non-interactive"),
            ),
            default=0,
        ),
        currency(),
        guid("applicationid"),
        guid("azureactivedirectoryobjectid"),
    ),
)
