"""Posted documents: read, printed, never edited."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials import cancelling
from saumaton.financials.models import (
    SalesCreditMemoHeader,
    SalesInvoiceHeader,
    SalesShipmentHeader,
)
from saumaton.financials.pages.payment import questions, receive_for_entries
from saumaton.financials.pages.rules import beside_fields
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field, Text
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource
from saumaton.pages.orm_fields import described, value_of
from saumaton.pages.source import Invalid, Record


class PostedLines:
    """The lines of posted documents; they never change."""

    def __init__(self, header: type, with_totals: bool = True) -> None:
        self.header = header
        self.with_totals = with_totals
        self.model = header._meta.get_field("lines").related_model  # type: ignore[attr-defined]

    def describe(self, name: str) -> Field:
        return described(self.model, name)

    def lines(self, document: str, fields: Sequence[str]) -> list[Record]:
        rows = self.model.objects.filter(header=document).order_by("line_number")
        return [
            Record(str(row.pk), {name: value_of(row, name) for name in fields}, row)
            for row in rows.select_related("item", "resource", "gl_account", "unit")
        ]

    def save(self, document: str, key: str, values: Mapping[str, Any]) -> None:
        raise Invalid({"": [_("A posted document can't be changed.")]})

    def delete(self, document: str, key: str) -> None:
        raise Invalid({"": [_("A posted document can't be changed.")]})

    def totals(self, document: str) -> Sequence[tuple[Text, Any]]:
        if not self.with_totals:
            return ()
        row = self.header.objects.get(pk=document)  # type: ignore[attr-defined]
        return (
            (_("Amount"), row.amount),
            (_("VAT"), row.amount_including_vat - row.amount),
            (_("Amount Including VAT"), row.amount_including_vat),
        )


SEARCHED = ("number", "sell_to_name", "order_number", "your_reference", "external_document_number")
LINE = ("type", "item", "description", "quantity", "unit")
AMOUNTS = ("unit_price", "line_discount_percent", "amount", "vat_percent", "amount_including_vat")
ADDRESSES = (
    "sell_to_name", "sell_to_contact", "sell_to_address", "sell_to_post_code", "sell_to_city",
    "sell_to_country", "ship_to_name", "ship_to_address", "ship_to_post_code", "ship_to_city",
    "ship_to_country", "shipment_method", "shipping_agent",
)  # fmt: skip
DATES = ("posting_date", "document_date", "order_date", "shipment_date", "due_date")


def pages_of(
    header: type, captions: Text, caption: Text, place: int, amounts: bool = True
) -> tuple[ListPage, CardPage]:
    """Return list and card of one kind of posted document."""
    source = OrmSource(header, search=SEARCHED, order="-number")  # type: ignore[arg-type]
    money = ("amount", "amount_including_vat", "due_date") if amounts else ("shipment_date",)
    columns = ("number", "customer", "sell_to_name", "posting_date", "order_number", *money)
    return (
        ListPage(
            name=source.page,
            caption=captions,
            source=source,
            columns=columns,
            more=("external_document_number", "your_reference", "salesperson", "currency"),
            filters=("customer", "posting_date", "order_number", "salesperson"),
            group="sales",
            place=place,
            found=True,
        ),
        CardPage(
            name=source.page,
            caption=caption,
            source=source,
            title=("number", "sell_to_name"),
            sections=(
                Section(
                    _("General"),
                    (
                        "number", "customer", "order_number", *DATES, "external_document_number",
                        "your_reference", "salesperson", "currency", "payment_terms",
                    ),
                ),
                Section(_("Addresses and shipping"), ADDRESSES, folded=True),
            ),
            lines=Lines(
                PostedLines(header, amounts), columns=LINE + (AMOUNTS if amounts else ())
            ),
            creatable=False,
        ),
    )  # fmt: skip


def cancel(call: Call) -> Done:
    """Take an invoice back by a credit memo of the same lines, and show the credit memo."""
    with beside_fields():
        memo = cancelling.cancel(SalesInvoiceHeader.objects.get(pk=call.key))
    address = registry.card_page("sales_credit_memo_header").address_of(str(memo.pk))
    return Done(gettext("Cancelled by credit memo %s.") % memo.number, address)


def pay(call: Call) -> Done | Stop:
    """Receive a payment for the invoice's entry."""
    entry = SalesInvoiceHeader.objects.get(pk=call.key).customer_ledger_entry_id
    return receive_for_entries(replace(call, keys=(str(entry),)))


def pay_questions(keys: Sequence[str]) -> tuple[Field, ...]:
    entries = SalesInvoiceHeader.objects.filter(pk__in=keys)
    return questions([str(key) for key in entries.values_list("customer_ledger_entry", flat=True)])


def is_open(record: Record) -> bool:
    entry = record.row.customer_ledger_entry
    return bool(entry and entry.open)


registry.hang(
    "sales_invoice_header",
    Action(
        "receive-payment",
        _("Receive Payment"),
        pay,
        right="post payments",
        on=("card",),
        fields=pay_questions,
        when=is_open,
    ),
    Action(
        "cancel",
        _("Cancel Invoice"),
        cancel,
        right="post sales",
        on=("card",),
        confirm=_("A credit memo of the same lines is posted and applied to the invoice."),
        when=lambda record: is_open(record) and not record.row.cancelled,
    ),
)
registry.add(
    *pages_of(
        SalesShipmentHeader, _("Posted Sales Shipments"), _("Posted Sales Shipment"), 60, False
    ),
    *pages_of(SalesInvoiceHeader, _("Posted Sales Invoices"), _("Posted Sales Invoice"), 61),
    *pages_of(
        SalesCreditMemoHeader, _("Posted Sales Credit Memos"), _("Posted Sales Credit Memo"), 62
    ),
)
