"""Sales quotes, orders, invoices and credit memos before posting."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials import documents, posting
from saumaton.financials.models import SalesHeader, SalesInvoiceHeader, SalesShipmentHeader
from saumaton.financials.pages.rules import beside_fields
from saumaton.financials.pages.sales_lines import SalesLines
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.lines import Lines
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource
from saumaton.pages.orm_fields import find_field, snake_case
from saumaton.pages.source import Record


class Documents(OrmSource):
    """Sales documents of one type; every change goes through the rules of documents."""

    def __init__(self, document_type: str) -> None:
        self.document_type = document_type
        super().__init__(
            SalesHeader,
            search=("number", "sell_to_name", "external_document_number", "your_reference"),
            order="-number",
            code="number",
            narrow=lambda rows: rows.filter(document_type=document_type),
            page=f"sales_{document_type}",
            optional=("number",),
            fields=(Field("number", _("No."), readonly=True),),
        )

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        wanted = dict(_typed(name, value) for name, value in values.items())
        with beside_fields():
            if key is None:
                customer = wanted.pop("customer_id")
                given = {name: value for name, value in wanted.items() if value not in (None, "")}
                draft = documents.Draft(customer, values=given, document_type=self.document_type)
                return str(documents.create(draft).pk)
            header = self.instance(key)
            changed = {n: value for n, value in wanted.items() if getattr(header, n) != value}
            if changed:
                documents.change_header(header, **changed)
        return key


def _typed(name: str, value: Any) -> tuple[str, Any]:
    """Return a value under the name and in the type the model keeps it."""
    field = find_field(SalesHeader, name)
    if field.is_relation:
        return field.attname, UUID(value) if value else None
    if value is None and not field.null:
        value = field.get_default()
    return field.attname, value


def release(call: Call) -> Done:
    with beside_fields():
        for header in SalesHeader.objects.filter(pk__in=call.keys):
            documents.release(header)
    return Done(gettext("Released."))


def reopen(call: Call) -> Done:
    with beside_fields():
        for header in SalesHeader.objects.filter(pk__in=call.keys):
            documents.reopen(header)
    return Done(gettext("Reopened."))


def make_order(call: Call) -> Done:
    with beside_fields():
        order = documents.make_order(SalesHeader.objects.get(pk=call.key))
    address = registry.card_page("sales_order").address_of(str(order.pk))
    return Done(gettext("The quote is now order %s.") % order.number, address)


def post(call: Call) -> Done:
    """Ship, invoice or both; then show what was posted."""
    what, day = call.values["what"], call.values.get("posting_date")
    posted = []
    with beside_fields(), transaction.atomic():
        for header in SalesHeader.objects.filter(pk__in=call.keys):
            posted.append(
                posting.post(
                    header,
                    ship=what in ("ship", "both"),
                    invoice=what in ("invoice", "both"),
                    posting_date=day,
                )
            )
    documents_made = [
        document
        for each in posted
        for document in (each.invoice, each.credit_memo, each.shipment)
        if document
    ]
    sentence = gettext("Posted: %s.") % ", ".join(made.number for made in documents_made)
    return Done(sentence, _shown_after(documents_made))


def _shown_after(made: Sequence[Any]) -> str:
    """Return the address of the one document that matters most, or of the orders."""
    if not made:
        return registry.list_page("sales_order").address
    first = made[0]
    return registry.card_page(snake_case(type(first).__name__)).address_of(str(first.pk))


def facts(record: Record) -> list[Fact]:
    row = record.row
    number = record["number"]
    shipments = SalesShipmentHeader.objects.filter(order_id=row.pk).count()
    invoices = SalesInvoiceHeader.objects.filter(order_id=row.pk).count()
    lines = list(row.lines.all())
    return [
        Fact(_("Amount"), row.amount),
        Fact(_("VAT"), row.amount_including_vat - row.amount),
        Fact(_("Amount Including VAT"), row.amount_including_vat),
        Fact(_("Quantity"), sum(line.quantity for line in lines), "quantity"),
        Fact(_("Shipped"), sum(line.quantity_shipped for line in lines), "quantity"),
        Fact(_("Invoiced"), sum(line.quantity_invoiced for line in lines), "quantity"),
        Fact(
            _("Posted Sales Shipments"),
            shipments,
            "integer",
            f"/list/sales_shipment_header/?f-order_number={number}",
        ),
        Fact(
            _("Posted Sales Invoices"),
            invoices,
            "integer",
            f"/list/sales_invoice_header/?f-order_number={number}",
        ),
    ]


RELEASE = Action(
    "release",
    _("Release"),
    release,
    right="edit sales",
    when=lambda record: record.row.status == "open",
)
REOPEN = Action(
    "reopen",
    _("Reopen"),
    reopen,
    right="edit sales",
    when=lambda record: record.row.status == "released",
)
MAKE_ORDER = Action(
    "make-order",
    _("Make Order"),
    make_order,
    right="edit sales",
    on=("card",),
    confirm=_("The quote becomes an order with the same lines and prices."),
)


def post_action(choices: tuple[tuple[str, Any], ...]) -> Action:
    return Action(
        "post",
        _("Post…"),
        post,
        right="post sales",
        fields=(
            Field("what", _("Post"), "choice", required=True, choices=choices, initial="both"),
            Field("posting_date", _("Posting Date"), "date", initial=timezone.localdate),
        ),
    )


ORDER_CHOICES = (
    ("both", _("Ship and invoice")),
    ("ship", _("Ship")),
    ("invoice", _("Invoice")),
)
DIRECT_CHOICES = (("both", _("Post")),)
QUANTITIES = ("quantity_to_ship", "quantity_shipped", "quantity_to_invoice", "quantity_invoiced")
KINDS = (
    ("quote", _("Sales Quotes"), _("Sales Quote"), (RELEASE, REOPEN, MAKE_ORDER), 40),
    (
        "order",
        _("Sales Orders"),
        _("Sales Order"),
        (RELEASE, REOPEN, post_action(ORDER_CHOICES)),
        50,
    ),
    (
        "invoice",
        _("Sales Invoices"),
        _("Sales Invoice"),
        (RELEASE, REOPEN, post_action(DIRECT_CHOICES)),
        54,
    ),
    (
        "credit_memo",
        _("Sales Credit Memos"),
        _("Sales Credit Memo"),
        (RELEASE, REOPEN, post_action(DIRECT_CHOICES)),
        56,
    ),
)


def sections(kind: str) -> tuple[Section, ...]:
    dates = ("order_date", "posting_date", "document_date", "due_date")
    own = ("quote_valid_until",) if kind == "quote" else ("shipment_date",)
    return (
        Section(
            _("General"),
            (
                "number", "customer", *dates, *own, "requested_delivery_date",
                "external_document_number", "your_reference", "salesperson",
            ),
        ),
        Section(
            _("Invoicing"),
            (
                "currency", "payment_terms", "prices_including_vat", "customer_price_group",
                "invoice_discount_amount", "bill_to_name", "bill_to_address",
                "bill_to_post_code", "bill_to_city", "bill_to_country",
            ),
            folded=True,
        ),
        Section(
            _("Shipping"),
            (
                "ship_to_name", "ship_to_contact", "ship_to_address", "ship_to_address_2",
                "ship_to_post_code", "ship_to_city", "ship_to_country", "location",
                "shipment_method", "shipping_agent", "work_description",
            ),
            folded=True,
        ),
    )  # fmt: skip


for kind, captions, caption, actions, place in KINDS:
    source = Documents(kind)
    line_columns = (
        "type", "sold", "description", "quantity", "unit", "unit_price", "line_discount_percent",
        "line_amount", *(QUANTITIES if kind == "order" else ()),
    )  # fmt: skip
    registry.add(
        ListPage(
            name=source.page,
            caption=captions,
            source=source,
            columns=(
                "number", "customer", "sell_to_name", "order_date", "status", "salesperson",
                "currency", "amount", "amount_including_vat",
            ),
            more=("external_document_number", "your_reference", "requested_delivery_date",
                  "shipment_date", "due_date", "completely_shipped"),
            filters=("status", "customer", "salesperson", "order_date", "completely_shipped"),
            views=(
                View("open", _("Open"), {"status": "open"}),
                View("released", _("Released"), {"status": "released"}),
            ),
            actions=tuple(action for action in actions if action.name != "make-order"),
            group="sales",
            place=place,
            found=True,
        ),
        CardPage(
            name=source.page,
            caption=caption,
            source=source,
            title=("number", "sell_to_name"),
            badge="status",
            sections=sections(kind),
            lines=Lines(SalesLines(), columns=line_columns, blank={"type": "item"}),
            facts=facts,
            actions=actions,
            edit_right="edit sales",
            editable=lambda record: record.row.status == "open",
        ),
    )  # fmt: skip
