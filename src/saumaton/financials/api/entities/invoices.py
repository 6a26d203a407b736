"""Invoices, drafts and posted ones as one set, and shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Expression,
    Model,
    UUIDField,
    Value,
    When,
)

from saumaton.financials import cancelling, ledger, models, posting
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entities.document_entities import document_entity, line_entity
from saumaton.financials.api.entities.document_shapes import (
    LINE_NAVIGATIONS,
    document_navigations,
    header_properties,
    line_properties,
    nothing,
    terms_properties,
)
from saumaton.financials.api.entity import Entity, Navigation, Property, Written
from saumaton.financials.api.kinds import Boolean, Day, Enum, Guid, Integer, Number, Text
from saumaton.users.models import User
from saumaton.users.permissions import Right

INVOICE_STATUS = Enum(
    "invoiceEntityAggregateStatus",
    {
        "": " ",
        "draft": "Draft",
        "review": "In Review",
        "open": "Open",
        "paid": "Paid",
        "canceled": "Canceled",
        "corrective": "Corrective",
    },
)
SHIPMENT_LINE_TYPE = Enum(
    "salesLineType", {"": " ", "gl_account": "G/L Account", "item": "Item", "resource": "Resource"}
)


def post(record: Any, user: User) -> Model | None:
    return posting.post(record, ship=True, invoice=True).invoice


def _cancel(record: Any, user: User) -> Model | None:
    cancelling.cancel(record)
    return None


def remaining(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """What remains to be paid of each posted invoice."""
    left = ledger.remaining(
        [record.customer_ledger_entry_id for record in records if record.customer_ledger_entry_id]
    )
    return {
        record.pk: left[record.customer_ledger_entry_id].amount
        for record in records
        if record.customer_ledger_entry_id in left and not record.cancelled
    }


def entry_remaining(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """What remains of each customer ledger entry."""
    left = ledger.remaining([record.pk for record in records])
    return {id: both.amount for id, both in left.items()}


def total(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    return {record.pk: record.amount_including_vat for record in records}


POSTED_INVOICE_LINES = Entity(
    "salesInvoiceLines",
    "salesInvoiceLine",
    models.SalesInvoiceLine,
    line_properties(writable=False),
    {**LINE_NAVIGATIONS, "salesInvoice": Navigation("salesInvoices", "header_id")},
    order="line_number",
    needs_filter="documentId",
)
INVOICE_LINES = replace(
    line_entity(
        "salesInvoiceLines",
        "salesInvoiceLine",
        "salesInvoice",
        line_properties(writable=True),
        "invoice",
    ),
    also=POSTED_INVOICE_LINES,
)


def _invoice(*, posted: bool) -> tuple[Property, ...]:
    def of_order(name: str, kind: Any, source: str, empty: Expression) -> Property:
        return fields.shown(name, source if posted else empty, kind)

    status = (
        Case(
            When(cancelled=True, then=Value("canceled")),
            When(customer_ledger_entry__open=True, then=Value("open")),
            default=Value("paid"),
            output_field=CharField(),
        )
        if posted
        else Case(
            When(status="released", then=Value("review")),
            default=Value("draft"),
            output_field=CharField(),
        )
    )
    return (
        *header_properties("invoiceDate", writable=not posted),
        fields.day("dueDate", "due_date"),
        fields.text("customerPurchaseOrderReference", "your_reference", 35, writable=not posted),
        of_order("orderId", Guid(), "order_id", nothing(None, UUIDField())),
        of_order("orderNumber", Text(20, code=True), "order_number", nothing("", CharField())),
        *terms_properties(writable=not posted),
        fields.shown("pricesIncludeTax", "prices_including_vat", Boolean()),
        fields.computed("remainingAmount", Number(), remaining if posted else total),
        fields.shown("status", status, INVOICE_STATUS),
        fields.MODIFIED,
    )


def _update_posted(entity: Entity, record: Any, wanted: Written) -> Model:
    """Only the due date of a posted invoice may change, there and in the ledger."""
    due = wanted.values.get("due_date")
    if due and due != record.due_date:
        record.due_date = due
        record.save(update_fields=["due_date"])
        models.CustomerLedgerEntry.objects.filter(pk=record.customer_ledger_entry_id).update(
            due_date=due
        )
    return record


POSTED_INVOICES = Entity(
    "salesInvoices",
    "salesInvoice",
    models.SalesInvoiceHeader,
    _invoice(posted=True),
    document_navigations("salesInvoiceLines"),
    table="sales_invoice_header",
    update=_update_posted,
    right=Right.EDIT_SALES,
    actions={"cancel": _cancel},
)
INVOICES = document_entity(
    "salesInvoices",
    "salesInvoice",
    "invoice",
    INVOICE_LINES,
    properties=_invoice(posted=False),
    actions={"post": post},
    also=POSTED_INVOICES,
)
SHIPMENTS = Entity(
    "salesShipments",
    "salesShipment",
    models.SalesShipmentHeader,
    (
        *header_properties("invoiceDate", writable=False),
        fields.day("dueDate", "due_date", writable=False),
        fields.shown("customerPurchaseOrderReference", "your_reference", Text(35)),
        fields.currency_code(writable=False),
        fields.shown("orderNumber", "order_number", Text(20, code=True)),
        fields.shown("paymentTermsCode", "payment_terms__code", Text(10, code=True)),
        fields.shown("shipmentMethodCode", "shipment_method__code", Text(10, code=True)),
        fields.shown("salesperson", "salesperson__code", Text(20, code=True)),
        fields.shown("pricesIncludeTax", "prices_including_vat", Boolean()),
        fields.MODIFIED,
    ),
    {
        "customer": Navigation("customers", "customer_id"),
        "salesShipmentLines": Navigation("salesShipmentLines", of="header_id"),
    },
    table="sales_shipment_header",
)
SHIPMENT_LINES = Entity(
    "salesShipmentLines",
    "salesShipmentLine",
    models.SalesShipmentLine,
    (
        fields.ID,
        fields.shown("documentId", "header_id", Guid()),
        fields.shown("documentNo", "header__number", Text(20, code=True)),
        fields.shown("sequence", "line_number", Integer()),
        fields.shown("lineType", "type", SHIPMENT_LINE_TYPE),
        next(p for p in line_properties(writable=False) if p.name == "lineObjectNumber"),
        fields.shown("description", "description", Text(100)),
        fields.shown("description2", "description_2", Text(50)),
        fields.shown("unitOfMeasureCode", "unit__code", Text(10, code=True)),
        fields.shown("unitPrice", "unit_price"),
        fields.shown("quantity", "quantity"),
        fields.shown("discountPercent", "line_discount_percent"),
        fields.shown("taxPercent", "vat_percent"),
        fields.shown("shipmentDate", "shipment_date", Day()),
    ),
    {"salesShipment": Navigation("salesShipments", "header_id")},
    order="line_number",
    needs_filter="documentId",
)
