"""Invoices: they come from the ERP and are only read here."""

from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage, View

from .lines import DocumentLines
from .salesorder import LINE_COLUMNS
from .source import TableSource

INVOICES = TableSource("invoice", search=("invoicenumber", "name"), order="-createdon")

registry.add(
    ListPage(
        "invoice",
        _("Invoices"),
        INVOICES,
        columns=("invoicenumber", "customerid", "totalamount", "duedate", "statecode"),
        more=("name", "salesorderid", "createdon", "ownerid"),
        filters=("customerid", "statecode"),
        views=(
            View("active", _("Open Invoices"), {"statecode": "0"}),
            View("paid", _("Paid Invoices"), {"statecode": "2"}),
        ),
        group="sales",
        place=40,
        found=True,
    ),
    CardPage(
        "invoice",
        _("Invoice"),
        INVOICES,
        title=("invoicenumber", "customerid"),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                ("invoicenumber", "name", "customerid", "salesorderid", "duedate",
                 "pricelevelid", "transactioncurrencyid", "totalamount"),
            ),
            Section(
                _("Bill to"),
                ("billto_name", "billto_line1", "billto_postalcode", "billto_city"),
                folded=True,
            ),
        ),
        lines=Lines(DocumentLines("invoice"), columns=LINE_COLUMNS, caption=_("Products")),
        creatable=False,
        deletable=False,
    ),
)  # fmt: skip
