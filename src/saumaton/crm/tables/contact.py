"""Contacts: the people one talks to."""

from ..described import ACTIVE_OR_NOT, Table, lookup, text, yes_no
from .shared_columns import address, communication, currency, rate

TABLE = Table(
    name="contact",
    set_name="contacts",
    primary_name="fullname",
    code=2,
    plural="Contacts",
    owned=True,
    states=ACTIVE_OR_NOT,
    columns=(
        text("firstname", 50, schema="FirstName"),
        text("middlename", 50, schema="MiddleName"),
        text("lastname", 50, schema="LastName"),
        text("fullname", 160, schema="FullName", create=False, update=False),
        text("salutation", 100),
        text("jobtitle", 100),
        text("department", 100),
        text("mobilephone", 50),
        text("pager", 50),
        text("externaluseridentifier", 50),
        lookup(
            "parentcustomerid",
            "account",
            "contact",
            backs=("contact_customer_accounts", "contact_customer_contacts"),
        ),
        lookup("accountid", "account", create=False, update=False),
        lookup("parentcontactid", "contact", create=False, update=False),
        lookup("masterid", "contact", back="contact_master_contact", create=False, update=False),
        lookup("defaultpricelevelid", "pricelevel", cascade="restrict"),
        yes_no("isbackofficecustomer", False),
        currency(),
        rate(),
        *address(1),
        *address(2),
        *communication(),
    ),
)
