"""The properties that sales documents and their lines share."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Expression,
    ExpressionWrapper,
    F,
    Value,
    When,
)

from saumaton.financials import models
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Navigation, Property
from saumaton.financials.api.kinds import Boolean, Enum, Guid, Integer, Number, Text

LINE_TYPE = Enum(
    "invoiceLineAggLineType",
    {"": "Comment", "gl_account": "Account", "item": "Item", "resource": "Resource"},
)
AMOUNT = DecimalField(max_digits=15, decimal_places=4)


def difference(one: str, other: str) -> Expression:
    return ExpressionWrapper(F(one) - F(other), output_field=AMOUNT)


def nothing(value: object, kind: Any) -> Expression:
    return Value(value, output_field=kind)


def header_properties(date_name: str, *, writable: bool) -> tuple[Property, ...]:
    """The properties that all sales documents share."""
    return (
        fields.ID,
        Property("number", Text(20, code=True), "number"),
        fields.text("externalDocumentNumber", "external_document_number", 35, writable=writable),
        fields.day(date_name, "document_date", writable=writable),
        fields.day("postingDate", "posting_date", writable=writable),
        if_open(fields.reference("customerId", "customer", models.Customer), writable),
        if_open(fields.coded("customerNumber", "customer", models.Customer, "number"), writable),
        fields.shown("customerName", "sell_to_name", Text(100)),
        fields.shown("billToName", "bill_to_name", Text(100)),
        if_open(
            fields.reference("billToCustomerId", "bill_to_customer", models.Customer), writable
        ),
        if_open(
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


def terms_properties(*, writable: bool) -> tuple[Property, ...]:
    return (
        if_open(fields.reference("currencyId", "currency", models.Currency), writable),
        fields.currency_code(writable=writable),
        if_open(fields.reference("paymentTermsId", "payment_terms", models.PaymentTerms), writable),
        if_open(
            fields.reference("shipmentMethodId", "shipment_method", models.ShipmentMethod), writable
        ),
        if_open(fields.coded("salesperson", "salesperson", models.Salesperson), writable),
        fields.quantity("discountAmount", "invoice_discount_amount", writable=writable),
        fields.shown("totalAmountExcludingTax", "amount"),
        fields.shown("totalTaxAmount", difference("amount_including_vat", "amount")),
        fields.shown("totalAmountIncludingTax", "amount_including_vat"),
    )


def if_open(property: Property, writable: bool) -> Property:
    return replace(property, writable=writable)


def document_navigations(lines: str) -> dict[str, Navigation]:
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


def line_properties(*, writable: bool) -> tuple[Property, ...]:
    return (
        fields.ID,
        Property("documentId", Guid(), "header_id", writable=writable),
        Property("sequence", Integer(), "line_number", writable=writable),
        if_open(fields.reference("itemId", "item", models.Item), writable),
        if_open(fields.reference("accountId", "gl_account", models.GLAccount), writable),
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
        if_open(fields.reference("unitOfMeasureId", "unit", models.UnitOfMeasure), writable),
        if_open(
            fields.coded("unitOfMeasureCode", "unit", models.UnitOfMeasure, length=10), writable
        ),
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
        fields.shown("totalTaxAmount", difference("amount_including_vat", "amount")),
        fields.shown("amountIncludingTax", "amount_including_vat"),
        fields.shown("invoiceDiscountAllocation", "invoice_discount_amount"),
        fields.shown("netAmount", "amount"),
        fields.shown("netTaxAmount", difference("amount_including_vat", "amount")),
        fields.shown("netAmountIncludingTax", "amount_including_vat"),
        fields.day("shipmentDate", "shipment_date", writable=writable),
        if_open(fields.reference("locationId", "location", models.Location), writable),
    )


LINE_NAVIGATIONS = {
    "item": Navigation("items", "item_id"),
    "account": Navigation("accounts", "gl_account_id"),
    "unitOfMeasure": Navigation("unitsOfMeasure", "unit_id"),
    "location": Navigation("locations", "location_id"),
}
