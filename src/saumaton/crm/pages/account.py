"""Accounts and contacts: who is sold to."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Record

from . import webapi
from .source import TableSource

ACTIVE = {"statecode": "0"}
ACCOUNTS = TableSource("account", search=("name", "accountnumber"))
CONTACTS = TableSource("contact", search=("fullname", "emailaddress1"))


def of_account(page: str, record: Record) -> str:
    """Return the address of a list narrowed to the account's records."""
    filters = urlencode({"f-customerid": record.key})
    return f"{reverse('pages:list', args=[page])}?{filters}"


def account_facts(record: Record) -> Sequence[Fact]:
    mine = f"_customerid_value eq {record.key}"
    open_orders = webapi.rows(
        "salesorders",
        select="totalamount",
        filter=f"{mine} and statecode le 1",
        orderby="createdon desc",
        top="200",
    )["value"]
    return [
        Fact(_("Open orders"), len(open_orders), "integer", of_account("salesorder", record)),
        Fact(_("Value of open orders"), sum(row["totalamount"] or 0 for row in open_orders)),
        Fact(_("Invoices"), webapi.count("invoices", mine), "integer"),
        Fact(
            _("Contacts"),
            webapi.count("contacts", f"_parentcustomerid_value eq {record.key}"),
            "integer",
        ),
    ]


def new_order(call: Call) -> Done:
    """Open a new order of the account."""
    name = ACCOUNTS.get(call.key, ("name",))["name"]
    address = reverse("pages:new", args=["salesorder"])
    return Done(address=f"{address}?{urlencode({'customerid': name})}")


registry.add(
    ListPage(
        "account",
        _("Accounts"),
        ACCOUNTS,
        columns=("name", "accountnumber", "telephone1", "address1_city", "primarycontactid"),
        more=("emailaddress1", "address1_country", "creditlimit", "ownerid", "statecode"),
        filters=("address1_city", "ownerid", "statecode"),
        views=(
            View("active", _("Active Accounts"), ACTIVE),
            View("inactive", _("Inactive Accounts"), {"statecode": "1"}),
        ),
        group="customers",
        place=10,
        found=True,
    ),
    CardPage(
        "account",
        _("Account"),
        ACCOUNTS,
        title=("name", "accountnumber"),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("name", "accountnumber", "primarycontactid", "telephone1", "fax",
                 "emailaddress1", "websiteurl", "ownerid"),
            ),
            Section(
                _("Address"),
                ("address1_line1", "address1_line2", "address1_postalcode", "address1_city",
                 "address1_stateorprovince", "address1_country"),
            ),
            Section(
                _("Sales"),
                ("transactioncurrencyid", "defaultpricelevelid", "creditlimit", "creditonhold",
                 "paymenttermscode", "customertypecode"),
            ),
            Section(_("Description"), ("description",), folded=True),
        ),
        facts=account_facts,
        actions=(
            Action("new_order", _("New Order"), new_order, on=("card",), prominent=True),
        ),
        edit_right="write",
    ),
    ListPage(
        "contact",
        _("Contacts"),
        CONTACTS,
        columns=("fullname", "parentcustomerid", "jobtitle", "emailaddress1", "mobilephone"),
        more=("telephone1", "address1_city", "ownerid", "statecode"),
        filters=("jobtitle", "statecode"),
        views=(View("active", _("Active Contacts"), ACTIVE),),
        group="customers",
        place=20,
        found=True,
    ),
    CardPage(
        "contact",
        _("Contact"),
        CONTACTS,
        title=("fullname",),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("firstname", "middlename", "lastname", "jobtitle", "parentcustomerid",
                 "emailaddress1", "telephone1", "mobilephone", "fax", "ownerid"),
            ),
            Section(
                _("Address"),
                ("address1_line1", "address1_line2", "address1_postalcode", "address1_city",
                 "address1_stateorprovince", "address1_country"),
            ),
            Section(_("Description"), ("description",), folded=True),
        ),
        edit_right="write",
    ),
)  # fmt: skip
