"""Quotes and orders with their lines and actions."""

from typing import Any

from django.db.models import Model

from saumaton.financials import documents, models, posting
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entities.document_entities import document_entity, line_entity
from saumaton.financials.api.entities.document_shapes import (
    header_properties,
    line_properties,
    terms_properties,
)
from saumaton.financials.api.kinds import Boolean, Enum
from saumaton.users.models import User
from saumaton.users.permissions import Right

ORDER_STATUS = Enum(
    "salesOrderEntityBufferStatus", {"open": "Draft", "": "In Review", "released": "Open"}
)
QUOTE_STATUS = Enum(
    "salesQuoteEntityBufferStatus", {"open": "Draft", "released": "Sent", "accepted": "Accepted"}
)


def _ship_and_invoice(record: Any, user: User) -> Model | None:
    """Return the invoice, or the order itself when it was only shipped."""
    made = posting.post(record, ship=True, invoice=True)
    return made.invoice or models.SalesHeader.objects.get(pk=record.pk)


def _make_order(record: Any, user: User) -> Model | None:
    return documents.make_order(record)


def _make_invoice(record: Any, user: User) -> Model | None:
    return documents.make_invoice(record)


QUOTE_LINES = line_entity(
    "salesQuoteLines", "salesQuoteLine", "salesQuote", line_properties(writable=True), "quote"
)
ORDER_LINES = line_entity(
    "salesOrderLines",
    "salesOrderLine",
    "salesOrder",
    (
        *line_properties(writable=True),
        fields.shown("shippedQuantity", "quantity_shipped"),
        fields.shown("invoicedQuantity", "quantity_invoiced"),
        fields.quantity("invoiceQuantity", "quantity_to_invoice"),
        fields.quantity("shipQuantity", "quantity_to_ship"),
    ),
    "order",
)
QUOTES = document_entity(
    "salesQuotes",
    "salesQuote",
    "quote",
    QUOTE_LINES,
    properties=(
        *header_properties("documentDate", writable=True),
        fields.day("dueDate", "due_date"),
        fields.day("validUntilDate", "quote_valid_until"),
        *terms_properties(writable=True),
        fields.shown("status", "status", QUOTE_STATUS),
        fields.MODIFIED,
    ),
    actions={"makeOrder": _make_order, "makeInvoice": _make_invoice},
    act_right=Right.EDIT_SALES,
)
ORDERS = document_entity(
    "salesOrders",
    "salesOrder",
    "order",
    ORDER_LINES,
    properties=(
        *header_properties("orderDate", writable=True),
        *terms_properties(writable=True),
        fields.plain("pricesIncludeTax", Boolean(), "prices_including_vat"),
        fields.day("requestedDeliveryDate", "requested_delivery_date"),
        fields.shown("fullyShipped", "completely_shipped", Boolean()),
        fields.shown("status", "status", ORDER_STATUS),
        fields.MODIFIED,
    ),
    actions={"shipAndInvoice": _ship_and_invoice},
)
