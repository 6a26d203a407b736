"""Orders: entered by sellers, submitted to the ERP, followed to the invoice."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage, View
from saumaton.pages.source import Invalid, Record

from . import webapi
from .lines import DocumentLines
from .source import TableSource

# What a document's currency is follows from its price list.
HEADING = (
    Field("ordernumber", readonly=True), "name", "customerid", "pricelevelid",
    Field("transactioncurrencyid", readonly=True),
)  # fmt: skip
ACTIVE, SUBMITTED, CANCELED, FULFILLED, INVOICED = range(5)
LINE_COLUMNS = (
    "productid", "productdescription", "quantity", "uomid", "priceperunit",
    "manualdiscountamount", Field("extendedamount", readonly=True),
)  # fmt: skip


class Documents(TableSource):
    """Documents of customers: what the seller leaves open is taken from the account."""

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        if key is None and values.get("customerid"):
            values = self._filled(dict(values))
        return super().save(key, values)

    def _filled(self, values: dict[str, Any]) -> dict[str, Any]:
        account = webapi.ask(
            "GET",
            f"accounts({values['customerid']})?$select=name,_transactioncurrencyid_value,"
            "_defaultpricelevelid_value",
        )
        values["name"] = values.get("name") or account["name"]
        price_list = values.get("pricelevelid") or account.get("_defaultpricelevelid_value")
        if not price_list:
            price_list = self._oldest_price_list(account.get("_transactioncurrencyid_value"))
        path = f"pricelevels({price_list})?$select=_transactioncurrencyid_value"
        currency = webapi.ask("GET", path).get("_transactioncurrencyid_value")
        return values | {"pricelevelid": price_list, "transactioncurrencyid": currency}

    def _oldest_price_list(self, currency: str | None) -> str:
        condition = "statecode eq 0"
        if currency:
            condition += f" and _transactioncurrencyid_value eq {currency}"
        found = webapi.rows(
            "pricelevels", select="pricelevelid", filter=condition, orderby="createdon", top="1"
        )["value"]
        if not found:
            sentence = _("No active price list is in the currency of this customer. Choose one.")
            raise Invalid({"pricelevelid": [sentence]})
        return str(found[0]["pricelevelid"])


ORDERS = Documents("salesorder", search=("ordernumber", "name"), order="-createdon")


def is_active(record: Record) -> bool:
    return record["statecode"] == ACTIVE


def submit(call: Call) -> Done:
    """Submit orders: they are locked from now on and wait for the ERP."""
    for key in call.keys:
        lines = webapi.count("salesorderdetails", f"_salesorderid_value eq {key}")
        if not lines:
            raise Invalid({"": [_("An order without lines can't be submitted. Add a product.")]})
        values = {"statecode": SUBMITTED, "statuscode": 3}
        webapi.ask("PATCH", f"salesorders({key})", values)
    return Done(_("The order was submitted."))


def cancel(call: Call) -> Done:
    for key in call.keys:
        closed = {
            "Status": 4,
            "OrderClose": {
                "@odata.type": "Microsoft.Dynamics.CRM.orderclose",
                "subject": str(_("Canceled")),
                "salesorderid@odata.bind": f"/salesorders({key})",
            },
        }
        webapi.ask("POST", "CancelSalesOrder", closed)
    return Done(_("The order was canceled."))


def facts(record: Record) -> Sequence[Fact]:
    invoices = webapi.rows(
        "invoices",
        select="invoicenumber,totalamount",
        filter=f"_salesorderid_value eq {record.key}",
        top="20",
    )["value"]
    return [
        Fact(_("Total Amount"), record["totalamount"]),
        Fact(_("Freight"), record["freightamount"]),
        *(
            Fact(
                _("Invoice %s") % row["invoicenumber"],
                row["totalamount"],
                address=reverse("pages:card", args=["invoice", row["invoiceid"]]),
            )
            for row in invoices
        ),
    ]


registry.add(
    ListPage(
        "salesorder",
        _("Orders"),
        ORDERS,
        columns=("ordernumber", "name", "customerid", "totalamount", "statecode", "createdon"),
        more=("ownerid", "pricelevelid", "requestdeliveryby", "submitdate", "statuscode"),
        filters=("customerid", "statecode", "ownerid"),
        views=(
            View("active", _("Active Orders"), {"statecode": "0"}),
            View("submitted", _("Submitted Orders"), {"statecode": "1"}),
            View("invoiced", _("Invoiced Orders"), {"statecode": "4"}),
        ),
        group="sales",
        place=30,
        found=True,
    ),
    CardPage(
        "salesorder",
        _("Order"),
        ORDERS,
        title=("ordernumber", "name"),
        badge="statecode",
        sections=(
            Section(
                _("Summary"),
                (*HEADING, "requestdeliveryby", "ownerid"),
            ),
            Section(
                _("Discount and freight"),
                ("discountpercentage", "discountamount", "freightamount",
                 Field("totalamount", readonly=True)),
            ),
            Section(
                _("Ship to"),
                ("shipto_name", "shipto_line1", "shipto_postalcode", "shipto_city",
                 "shipto_country", "shippingmethodcode"),
                folded=True,
            ),
            Section(_("Description"), ("description",), folded=True),
        ),
        lines=Lines(
                DocumentLines("salesorder"), LINE_COLUMNS, _("Products"), blank={"quantity": 1}
            ),
        facts=facts,
        editable=is_active,
        edit_right="write",
        actions=(
            Action(
                "submit", _("Submit"), submit, on=("card",), when=is_active, prominent=True,
                confirm=_("Submit the order? It can't be changed afterwards."),
            ),
            Action(
                "cancel", _("Cancel Order"), cancel, on=("card",), confirm=_("Cancel the order?"),
                when=lambda record: record["statecode"] in (ACTIVE, SUBMITTED),
            ),
        ),
    ),
)  # fmt: skip
