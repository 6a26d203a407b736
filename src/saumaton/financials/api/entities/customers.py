"""Customers with what they owe, and contacts."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from saumaton.financials import ledger, models
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entities.numbering import numbered
from saumaton.financials.api.entity import Entity, Navigation, Property
from saumaton.financials.api.kinds import Enum, Number, Text
from saumaton.financials.api.writing import delete_record, update_record
from saumaton.financials.exact import ExactSum

NOT_NEGATIVE = Number(Decimal(0))
PERSON = Enum("contactType", {"company": "Company", "person": "Person"})
BLOCKED = Enum("customerBlocked", {"": " ", "ship": "Ship", "invoice": "Invoice", "all": "All"})


def _due(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """The open amount of each customer in the currency of its entries."""
    rows = (
        models.DetailedCustomerLedgerEntry.objects.filter(customer__in=[r.pk for r in records])
        .values("customer_id")
        .annotate(total=ExactSum("amount"))
    )
    return {row["customer_id"]: row["total"] for row in rows}


def balance(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """What each customer owes in LCY."""
    return ledger.balances([record.pk for record in records])


def overdue(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """What each customer should have paid by now, in LCY."""
    yesterday = timezone.localdate() - timedelta(days=1)
    return ledger.balances([record.pk for record in records], yesterday)


def _sales(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    rows = (
        models.CustomerLedgerEntry.objects.filter(customer__in=[r.pk for r in records])
        .values("customer_id")
        .annotate(total=ExactSum("sales_lcy"))
    )
    return {row["customer_id"]: row["total"] for row in rows}


def _relation(records: Sequence[Any]) -> Mapping[UUID, str]:
    return {record.pk: "customer" if record.customer_id else "none" for record in records}


def addressee() -> tuple[Property, ...]:
    return (
        fields.text("addressLine1", "address", 100),
        fields.text("addressLine2", "address_2", 50),
        fields.text("city", "city", 30),
        fields.text("state", "county", 30),
        fields.code("country", "country", 10),
        fields.code("postalCode", "post_code", 20),
        fields.text("phoneNumber", "phone", 30),
        fields.text("email", "email", 80),
        fields.text("website", "home_page", 80),
    )


CUSTOMERS = Entity(
    "customers",
    "customer",
    models.Customer,
    (
        fields.OWN_ID,
        fields.code("number", "number", 20),
        fields.text("displayName", "name", 100, required=True),
        *addressee(),
        fields.coded("salespersonCode", "salesperson", models.Salesperson),
        fields.computed("balanceDue", Number(), _due),
        fields.plain("creditLimit", NOT_NEGATIVE, "credit_limit"),
        fields.text("taxRegistrationNumber", "vat_registration_number", 20),
        fields.reference("currencyId", "currency", models.Currency),
        fields.currency_code(),
        fields.reference("paymentTermsId", "payment_terms", models.PaymentTerms),
        fields.reference("shipmentMethodId", "shipment_method", models.ShipmentMethod),
        fields.plain("blocked", BLOCKED, "blocked"),
        fields.MODIFIED,
    ),
    {
        "currency": Navigation("currencies", "currency_id"),
        "paymentTerm": Navigation("paymentTerms", "payment_terms_id"),
        "shipmentMethod": Navigation("shipmentMethods", "shipment_method_id"),
        "customerFinancialDetail": Navigation("customerFinancialDetails", "pk"),
    },
    table="customer",
    create=numbered("customer_numbers"),
    update=update_record,
    delete=delete_record,
)
CUSTOMER_FINANCIAL_DETAILS = Entity(
    "customerFinancialDetails",
    "customerFinancialDetail",
    models.Customer,
    (
        fields.ID,
        Property("number", Text(20, code=True), "number"),
        fields.computed("balance", Number(), balance),
        fields.computed("totalSalesExcludingTax", Number(), _sales),
        fields.computed("overdueAmount", Number(), overdue),
        fields.MODIFIED,
    ),
    table="customer",
)
CONTACTS = Entity(
    "contacts",
    "contact",
    models.Contact,
    (
        fields.OWN_ID,
        fields.code("number", "number", 20),
        fields.plain("type", PERSON, "type"),
        fields.text("displayName", "name", 100, required=True),
        fields.text("jobTitle", "job_title", 30),
        fields.coded("companyNumber", "company", models.Contact, "number"),
        fields.shown("companyName", "company__name", Text(100)),
        fields.computed(
            "contactBusinessRelation",
            Enum("contactBusinessRelation", {"none": "None", "customer": "Customer"}),
            _relation,
        ),
        *addressee(),
        fields.text("mobilePhoneNumber", "mobile_phone", 30),
        fields.MODIFIED,
    ),
    table="contact",
    create=numbered("contact_numbers"),
    update=update_record,
    delete=delete_record,
)
