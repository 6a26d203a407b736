"""Opportunities and quotes: what may become an order."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Record

from . import webapi
from .lines import DocumentLines
from .salesorder import HEADING, LINE_COLUMNS, Documents
from .source import TableSource

DRAFT, ACTIVE, WON, CLOSED = range(4)
OPPORTUNITIES = TableSource("opportunity", order="-createdon")
QUOTES = Documents("quote", search=("quotenumber", "name"), order="-createdon")


def activate(call: Call) -> Done:
    webapi.ask("PATCH", f"quotes({call.key})", {"statecode": ACTIVE, "statuscode": 2})
    return Done(_("The quote is active."))


def create_order(call: Call) -> Done:
    """Win the quote and make an order of it."""
    won = {
        "Status": 4,
        "QuoteClose": {
            "@odata.type": "Microsoft.Dynamics.CRM.quoteclose",
            "subject": str(_("Won")),
            "quoteid@odata.bind": f"/quotes({call.key})",
        },
    }
    webapi.ask("POST", "WinQuote", won)
    made = webapi.ask(
        "POST",
        "ConvertQuoteToSalesOrder",
        {"QuoteId": call.key, "ColumnSet": {"AllColumns": True}},
    )
    address = reverse("pages:card", args=["salesorder", made["salesorderid"]])
    return Done(_("The order was created."), address)


def is_open(record: Record) -> bool:
    return record["statecode"] == 0


registry.add(
    ListPage(
        "opportunity",
        _("Opportunities"),
        OPPORTUNITIES,
        columns=("name", "customerid", "estimatedvalue", "estimatedclosedate", "closeprobability",
                 "statecode"),
        more=("opportunityratingcode", "ownerid", "createdon"),
        filters=("customerid", "statecode", "opportunityratingcode"),
        views=(View("open", _("Open Opportunities"), {"statecode": "0"}),),
        group="sales",
        place=10,
        found=True,
    ),
    CardPage(
        "opportunity",
        _("Opportunity"),
        OPPORTUNITIES,
        title=("name",),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("name", "customerid", "estimatedvalue", "transactioncurrencyid",
                 "estimatedclosedate", "closeprobability", "opportunityratingcode",
                 "pricelevelid", "ownerid"),
            ),
            Section(_("Description"), ("description",), folded=True),
        ),
        editable=is_open,
        edit_right="write",
    ),
    ListPage(
        "quote",
        _("Quotes"),
        QUOTES,
        columns=("quotenumber", "name", "customerid", "totalamount", "statecode", "createdon"),
        more=("revisionnumber", "ownerid", "pricelevelid"),
        filters=("customerid", "statecode"),
        views=(
            View("draft", _("Draft Quotes"), {"statecode": "0"}),
            View("active", _("Active Quotes"), {"statecode": "1"}),
        ),
        group="sales",
        place=20,
    ),
    CardPage(
        "quote",
        _("Quote"),
        QUOTES,
        title=("quotenumber", "name"),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                (Field("quotenumber", readonly=True), "revisionnumber", *HEADING[1:],
                 "opportunityid", "requestdeliveryby", "ownerid"),
            ),
            Section(
                _("Discount and freight"),
                ("discountpercentage", "discountamount", "freightamount",
                 Field("totalamount", readonly=True)),
            ),
        ),
        lines=Lines(
                DocumentLines("quote"), LINE_COLUMNS, _("Products"), blank={"quantity": 1}
            ),
        editable=is_open,
        edit_right="write",
        actions=(
            Action("activate", _("Activate Quote"), activate, on=("card",), when=is_open,
                   prominent=True),
            Action("order", _("Create Order"), create_order, on=("card",), prominent=True,
                   when=lambda record: record["statecode"] == ACTIVE),
        ),
    ),
)  # fmt: skip
