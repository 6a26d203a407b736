"""Accounts: the companies that are sold to."""

from ..described import ACTIVE_OR_NOT, Key, Table, choice, lookup, text, whole
from .shared_columns import address, communication, currency, rate

CUSTOMER_TYPES = [
    "Competitor",
    "Consultant",
    "Customer",
    "Investor",
    "Partner",
    "Influencer",
    "Press",
    "Prospect",
    "Reseller",
    "Supplier",
    "Vendor",
    "Other",
]

TABLE = Table(
    name="account",
    set_name="accounts",
    primary_name="name",
    code=1,
    plural="Accounts",
    owned=True,
    states=ACTIVE_OR_NOT,
    keys=(Key("accountnumber_key", ("accountnumber",)),),
    columns=(
        text("name", 160, label="Account Name"),
        text("accountnumber", 20, schema="AccountNumber", label="Account Number"),
        choice("customertypecode", enumerate(CUSTOMER_TYPES, start=1)),
        choice("industrycode", ((1, "Accounting"), (12, "Wholesale"), (33, "Other"))),
        lookup("primarycontactid", "contact", back="account_primary_contact"),
        lookup("parentaccountid", "account", back="account_parent_account"),
        lookup("masterid", "account", back="account_master_account", create=False, update=False),
        lookup("defaultpricelevelid", "pricelevel", cascade="restrict"),
        currency(),
        rate(),
        whole("numberofemployees", 0, 1000000000),
        *address(1),
        *address(2),
        *communication(),
    ),
)
