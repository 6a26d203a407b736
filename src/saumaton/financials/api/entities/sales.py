"""Quotes, orders, invoices and shipments, with their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Expression,
    ExpressionWrapper,
    F,
    Model,
    Q,
    UUIDField,
    Value,
    When,
)
from django.utils.translation import gettext as _

from saumaton.financials import cancelling, documents, ledger, models, posting
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Entity, Navigation, Property, Written
from saumaton.financials.api.kinds import Boolean, Day, Enum, Guid, Integer, Number, Text
from saumaton.financials.api.problem import bad_request, refused
from saumaton.financials.api.writing import written
from saumaton.financials.documents import Draft, DraftLine
from saumaton.users.models import User
from saumaton.users.permissions import Right

ORDER_STATUS = Enum(
    "salesOrderEntityBufferStatus", {"open": "Draft", "": "In Review", "released": "Open"}
)
QUOTE_STATUS = Enum(
    "salesQuoteEntityBufferStatus", {"open": "Draft", "released": "Sent", "accepted": "Accepted"}
)
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
LINE_TYPE = Enum(
    "invoiceLineAggLineType",
    {"": "Comment", "gl_account": "Account", "item": "Item", "resource": "Resource"},
)
SHIPMENT_LINE_TYPE = Enum(
    "salesLineType", {"": " ", "gl_account": "G/L Account", "item": "Item", "resource": "Resource"}
)
AMOUNT = DecimalField(max_digits=15, decimal_places=4)


def _difference(one: str, other: str) -> Expression:
    return ExpressionWrapper(F(one) - F(other), output_field=AMOUNT)


def _nothing(value: object, kind: Any) -> Expression:
    return Value(value, output_field=kind)


def _header(date_name: str, *, writable: bool) -> tuple[Property, ...]:
    """The properties that all sales documents share."""
    return (
        fields.ID,
        Property("number", Text(20, code=True), "number"),
        fields.text("externalDocumentNumber", "external_document_number", 35, writable=writable),
        fields.day(date_name, "document_date", writable=writable),
        fields.day("postingDate", "posting_date", writable=writable),
        _as(fields.reference("customerId", "customer", models.Customer), writable),
        _as(fields.coded("customerNumber", "customer", models.Customer, "number"), writable),
        fields.shown("customerName", "sell_to_name", Text(100)),
        fields.shown("billToName", "bill_to_name", Text(100)),
        _as(fields.reference("billToCustomerId", "bill_to_customer", models.Customer), writable),
        _as(
            fields.coded("billToCustomerNumber", "bill_to_customer", models.Customer, "number"),
            writable,
        ),
        fields.text("shipToName", "ship_to_name", 100, writable=writable),
        fields.text("shipToContact", "ship_to_contact", 100, writable=writable),
        *fields.address("sellTo", "sell_to", writable=writable),
        *fields.address("billTo", "bill_to", writable=writable),
        *fields.address("shipTo", "ship_to", writable=writable),
        fields.shown("phoneNumber", "customer__phone", Text(30)),
        fields.shown("email", "customer__email", Text(80)),
    )


def _terms(*, writable: bool) -> tuple[Property, ...]:
    return (
        _as(fields.reference("currencyId", "currency", models.Currency), writable),
        fields.currency_code(writable=writable),
        _as(fields.reference("paymentTermsId", "payment_terms", models.PaymentTerms), writable),
        _as(
            fields.reference("shipmentMethodId", "shipment_method", models.ShipmentMethod), writable
        ),
        _as(fields.coded("salesperson", "salesperson", models.Salesperson), writable),
        fields.quantity("discountAmount", "invoice_discount_amount", writable=writable),
        fields.shown("totalAmountExcludingTax", "amount"),
        fields.shown("totalTaxAmount", _difference("amount_including_vat", "amount")),
        fields.shown("totalAmountIncludingTax", "amount_including_vat"),
    )


def _as(property: Property, writable: bool) -> Property:
    return replace(property, writable=writable)


def _navigations(lines: str) -> dict[str, Navigation]:
    return {
        "customer": Navigation("customers", "customer_id"),
        "currency": Navigation("currencies", "currency_id"),
        "paymentTerm": Navigation("paymentTerms", "payment_terms_id"),
        "shipmentMethod": Navigation("shipmentMethods", "shipment_method_id"),
        lines: Navigation(lines, of="header_id"),
    }


def line_object_number() -> Expression:
    """The number of what a line sells, whatever it is."""
    return Case(
        When(item__isnull=False, then=F("item__number")),
        When(resource__isnull=False, then=F("resource__number")),
        When(gl_account__isnull=False, then=F("gl_account__number")),
        default=Value(""),
        output_field=CharField(),
    )


def _line(*, writable: bool) -> tuple[Property, ...]:
    return (
        fields.ID,
        Property("documentId", Guid(), "header_id", writable=writable),
        Property("sequence", Integer(), "line_number", writable=writable),
        _as(fields.reference("itemId", "item", models.Item), writable),
        _as(fields.reference("accountId", "gl_account", models.GLAccount), writable),
        Property("lineType", LINE_TYPE, "type", writable=writable),
        Property(
            "lineObjectNumber",
            Text(20, code=True),
            line_object_number(),
            writable,
            sets="object_number",
        ),
        fields.text("description", "description", 100, writable=writable),
        fields.text("description2", "description_2", 50, writable=writable),
        _as(fields.reference("unitOfMeasureId", "unit", models.UnitOfMeasure), writable),
        _as(fields.coded("unitOfMeasureCode", "unit", models.UnitOfMeasure, length=10), writable),
        fields.quantity("quantity", "quantity", writable=writable),
        fields.quantity("unitPrice", "unit_price", writable=writable),
        fields.plain(
            "discountAmount", Number(Decimal(0)), "line_discount_amount", writable=writable
        ),
        fields.plain(
            "discountPercent",
            Number(Decimal(0), Decimal(100)),
            "line_discount_percent",
            writable=writable,
        ),
        fields.computed("discountAppliedBeforeTax", Boolean(), lambda rows: {}),
        fields.shown("amountExcludingTax", "line_amount"),
        fields.shown("taxPercent", "vat_percent"),
        fields.shown("totalTaxAmount", _difference("amount_including_vat", "amount")),
        fields.shown("amountIncludingTax", "amount_including_vat"),
        fields.shown("invoiceDiscountAllocation", "invoice_discount_amount"),
        fields.shown("netAmount", "amount"),
        fields.shown("netTaxAmount", _difference("amount_including_vat", "amount")),
        fields.shown("netAmountIncludingTax", "amount_including_vat"),
        fields.day("shipmentDate", "shipment_date", writable=writable),
        _as(fields.reference("locationId", "location", models.Location), writable),
    )


LINE_NAVIGATIONS = {
    "item": Navigation("items", "item_id"),
    "account": Navigation("accounts", "gl_account_id"),
    "unitOfMeasure": Navigation("unitsOfMeasure", "unit_id"),
    "location": Navigation("locations", "location_id"),
}


# Writing documents


def _create_document(document_type: str, lines: str, lines_entity: Any) -> Any:
    def create(entity: Entity, wanted: Written) -> Model:
        values = dict(wanted.values)
        customer_id = values.pop("customer_id", None)
        if customer_id is None:
            raise refused(_("customerId or customerNumber must be filled in."))
        discount = values.pop("invoice_discount_amount", Decimal(0))
        drafts = [
            _draft_line(written(lines_entity(), child, wanted.user).values)
            for child in wanted.children.get(lines, [])
        ]
        if document_type == "order" and values.get("document_date"):
            values.setdefault("order_date", values["document_date"])
        draft = Draft(
            customer_id=customer_id,
            lines=drafts,
            values=values,
            invoice_discount_amount=discount,
            document_type=document_type,
        )
        return documents.create(draft)

    return create


def _update_document(entity: Entity, record: Any, wanted: Written) -> Model:
    values = dict(wanted.values)
    if values.get("customer_id", record.customer_id) != record.customer_id:
        raise refused(_("The customer of a document cannot be changed; make a new document."))
    values.pop("customer_id", None)
    if not values:
        return record
    return documents.change_header(record, **values)


def _delete_document(entity: Entity, record: Any) -> None:
    if any(line.quantity_shipped > line.quantity_invoiced for line in record.lines.all()):
        raise refused(
            _("%(document)s cannot be deleted: something is shipped and not invoiced.")
            % {"document": record}
        )
    record.delete()


def _draft_line(values: Mapping[str, Any]) -> DraftLine:
    values = dict(values)
    number = values.pop("object_number", "")
    kind = values.pop("type", None)
    named = [name for name in ("item_id", "gl_account_id") if values.get(name)]
    if len(named) > 1:
        raise refused(_("A line takes itemId or accountId, not both."))
    implied = {"item_id": "item", "gl_account_id": "gl_account"}[named[0]] if named else None
    if kind and implied and kind != implied:
        raise refused(_("lineType contradicts itemId or accountId."))
    kind = kind or implied or ""
    sold = {name: values.pop(name, None) for name in ("item_id", "gl_account_id")}
    sold["resource_id"] = None
    if kind and number and not any(sold.values()):
        sold[f"{kind}_id"] = _by_number(kind, number)
    amounts_given = {"quantity", "unit_price"} & {name for name, value in values.items() if value}
    if not kind and amounts_given:
        raise refused(_("A comment line has no quantity and no price."))
    values.pop("header_id", None)
    return DraftLine(
        type=kind,
        **sold,
        quantity=values.pop("quantity", Decimal(0)),
        unit_price=values.pop("unit_price", None),
        line_discount_amount=values.pop("line_discount_amount", Decimal(0)),
        line_discount_percent=values.pop("line_discount_percent", None),
        description=values.pop("description", None),
        description_2=values.pop("description_2", ""),
        unit_id=values.pop("unit_id", None),
        line_number=values.pop("line_number", None),
        values=values,
    )


NUMBERED = {"item": models.Item, "gl_account": models.GLAccount, "resource": models.Resource}


def _by_number(kind: str, number: str) -> UUID:
    model: Any = {"item": models.Item, "gl_account": models.GLAccount, "resource": models.Resource}[
        kind
    ]
    id = model._default_manager.filter(number=number).values_list("pk", flat=True).first()
    if id is None:
        raise bad_request(
            _("lineObjectNumber: there is no %(kind)s “%(number)s”.")
            % {"kind": model._meta.verbose_name, "number": number},
            "Internal_InvalidTableRelation",
        )
    return id


def _create_line(document_type: str) -> Any:
    def create(entity: Entity, wanted: Written) -> Model:
        id = wanted.values.get("header_id")
        header = models.SalesHeader.objects.filter(pk__in=[id], document_type=document_type).first()
        if header is None:
            raise refused(_("documentId must name a document that is not posted."))
        line = _draft_line(wanted.values)
        if line.line_number and header.lines.filter(line_number=line.line_number).exists():
            raise bad_request(
                _("Line %(number)s exists already.") % {"number": line.line_number},
                "Internal_EntityWithSameKeyExists",
            )
        return documents.add_line(header, line)

    return create


def _update_line(entity: Entity, record: Any, wanted: Written) -> Model:
    values = dict(wanted.values)
    for name, attribute in (("sequence", "line_number"), ("documentId", "header_id")):
        if attribute in values and values.pop(attribute) != getattr(record, attribute):
            raise refused(_("%(name)s of a line cannot be changed.") % {"name": name})
    if values.pop("object_number", record.number) != record.number:
        raise refused(_("lineObjectNumber of a line cannot be changed."))
    for name in ("item_id", "gl_account_id", "type"):
        if name in values and values.pop(name) != getattr(record, name):
            raise refused(_("What a line sells cannot be changed; make a new line."))
    return documents.change_line(record, **values) if values else record


def _delete_line(entity: Entity, record: Any) -> None:
    documents.remove_line(record)


# Actions


def _ship_and_invoice(record: Any, user: User) -> Model | None:
    """Return the invoice, or the order itself when it was only shipped."""
    made = posting.post(record, ship=True, invoice=True)
    return made.invoice or models.SalesHeader.objects.get(pk=record.pk)


def _post(record: Any, user: User) -> Model | None:
    return posting.post(record, ship=True, invoice=True).invoice


def _cancel(record: Any, user: User) -> Model | None:
    cancelling.cancel(record)
    return None


def _make_order(record: Any, user: User) -> Model | None:
    return documents.make_order(record)


def _make_invoice(record: Any, user: User) -> Model | None:
    return documents.make_invoice(record)


# Computed


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


def _total(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    return {record.pk: record.amount_including_vat for record in records}


def _lines(
    name: str, type: str, document: str, properties: tuple[Property, ...], document_type: str
) -> Entity:
    return Entity(
        name,
        type,
        models.SalesLine,
        properties,
        {**LINE_NAVIGATIONS, document: Navigation(f"{document}s", "header_id")},
        only=Q(header__document_type=document_type),
        order="line_number",
        create=_create_line(document_type),
        update=_update_line,
        delete=_delete_line,
        right=Right.EDIT_SALES,
        needs_filter="documentId",
    )


QUOTE_LINES = _lines(
    "salesQuoteLines", "salesQuoteLine", "salesQuote", _line(writable=True), "quote"
)
ORDER_LINES = _lines(
    "salesOrderLines",
    "salesOrderLine",
    "salesOrder",
    (
        *_line(writable=True),
        fields.shown("shippedQuantity", "quantity_shipped"),
        fields.shown("invoicedQuantity", "quantity_invoiced"),
        fields.quantity("invoiceQuantity", "quantity_to_invoice"),
        fields.quantity("shipQuantity", "quantity_to_ship"),
    ),
    "order",
)
POSTED_INVOICE_LINES = Entity(
    "salesInvoiceLines",
    "salesInvoiceLine",
    models.SalesInvoiceLine,
    _line(writable=False),
    {**LINE_NAVIGATIONS, "salesInvoice": Navigation("salesInvoices", "header_id")},
    order="line_number",
    needs_filter="documentId",
)
INVOICE_LINES = replace(
    _lines(
        "salesInvoiceLines", "salesInvoiceLine", "salesInvoice", _line(writable=True), "invoice"
    ),
    also=POSTED_INVOICE_LINES,
)


def _document(name: str, type: str, document_type: str, **options: Any) -> Entity:
    lines = f"{type}Lines"
    entities = {"salesQuoteLines": QUOTE_LINES, "salesOrderLines": ORDER_LINES}
    return Entity(
        name,
        type,
        models.SalesHeader,
        navigations=_navigations(lines),
        table="sales_header",
        only=Q(document_type=document_type),
        create=_create_document(document_type, lines, lambda: entities.get(lines, INVOICE_LINES)),
        update=_update_document,
        delete=_delete_document,
        right=Right.EDIT_SALES,
        **options,
    )


QUOTES = _document(
    "salesQuotes",
    "salesQuote",
    "quote",
    properties=(
        *_header("documentDate", writable=True),
        fields.day("dueDate", "due_date"),
        fields.day("validUntilDate", "quote_valid_until"),
        *_terms(writable=True),
        fields.shown("status", "status", QUOTE_STATUS),
        fields.MODIFIED,
    ),
    actions={"makeOrder": _make_order, "makeInvoice": _make_invoice},
    act_right=Right.EDIT_SALES,
)
ORDERS = _document(
    "salesOrders",
    "salesOrder",
    "order",
    properties=(
        *_header("orderDate", writable=True),
        *_terms(writable=True),
        fields.plain("pricesIncludeTax", Boolean(), "prices_including_vat"),
        fields.day("requestedDeliveryDate", "requested_delivery_date"),
        fields.shown("fullyShipped", "completely_shipped", Boolean()),
        fields.shown("status", "status", ORDER_STATUS),
        fields.MODIFIED,
    ),
    actions={"shipAndInvoice": _ship_and_invoice},
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
        *_header("invoiceDate", writable=not posted),
        fields.day("dueDate", "due_date"),
        fields.text("customerPurchaseOrderReference", "your_reference", 35, writable=not posted),
        of_order("orderId", Guid(), "order_id", _nothing(None, UUIDField())),
        of_order("orderNumber", Text(20, code=True), "order_number", _nothing("", CharField())),
        *_terms(writable=not posted),
        fields.shown("pricesIncludeTax", "prices_including_vat", Boolean()),
        fields.computed("remainingAmount", Number(), remaining if posted else _total),
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
    _navigations("salesInvoiceLines"),
    table="sales_invoice_header",
    update=_update_posted,
    right=Right.EDIT_SALES,
    actions={"cancel": _cancel},
)
INVOICES = _document(
    "salesInvoices",
    "salesInvoice",
    "invoice",
    properties=_invoice(posted=False),
    actions={"post": _post},
    also=POSTED_INVOICES,
)
SHIPMENTS = Entity(
    "salesShipments",
    "salesShipment",
    models.SalesShipmentHeader,
    (
        *_header("invoiceDate", writable=False),
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
        next(p for p in _line(writable=False) if p.name == "lineObjectNumber"),
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
SALES = (
    QUOTES,
    QUOTE_LINES,
    ORDERS,
    ORDER_LINES,
    INVOICES,
    INVOICE_LINES,
    SHIPMENTS,
    SHIPMENT_LINES,
)
