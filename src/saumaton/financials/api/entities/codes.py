"""Code tables, and tables that are only read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from saumaton.financials import models
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Entity, Property
from saumaton.financials.api.kinds import Boolean, Day, Enum, Integer, Number, Text
from saumaton.financials.api.writing import create_record, delete_record, update_record
from saumaton.users.permissions import Right

NOT_NEGATIVE = Number(Decimal(0))
PERCENT = Number(Decimal(0), Decimal(100))


def _formula(days: str) -> Any:
    def compute(records: Sequence[Any]) -> Mapping[UUID, str]:
        return {
            record.pk: f"{getattr(record, days)}D" if getattr(record, days) else ""
            for record in records
        }

    return compute


def _code_table(
    name: str, type: str, model: type[Model], table: str, *properties: Property
) -> Entity:
    return Entity(
        name,
        type,
        model,
        (fields.ID, *properties, *([fields.MODIFIED] if table else [])),
        table=table,
        order="code",
        create=create_record,
        update=update_record,
        delete=delete_record,
        right=Right.EDIT_SETUP if name != "salespeoplePurchasers" else Right.EDIT_MASTER_DATA,
    )


def _code(length: int) -> Property:
    return fields.code("code", "code", length, required=True)


CODE_TABLES = (
    _code_table(
        "unitsOfMeasure",
        "unitOfMeasure",
        models.UnitOfMeasure,
        "unit_of_measure",
        _code(10),
        fields.text("displayName", "description", 50),
        fields.code("internationalStandardCode", "international_standard_code", 10),
        fields.text("symbol", "symbol", 10),
    ),
    _code_table(
        "currencies",
        "currency",
        models.Currency,
        "currency",
        _code(10),
        fields.text("displayName", "description", 30),
        fields.text("symbol", "symbol", 10),
        fields.plain("amountRoundingPrecision", NOT_NEGATIVE, "amount_rounding_precision"),
    ),
    _code_table(
        "salespeoplePurchasers",
        "salespersonPurchaser",
        models.Salesperson,
        "salesperson",
        _code(20),
        fields.text("displayName", "name", 50),
        fields.text("email", "email", 80),
        fields.text("phoneNo", "phone", 30),
        fields.text("jobTitle", "job_title", 30),
        fields.plain("commisionPercent", PERCENT, "commission_percent"),
        fields.plain("blocked", Boolean(), "blocked"),
    ),
    _code_table(
        "paymentTerms",
        "paymentTerm",
        models.PaymentTerms,
        "payment_terms",
        _code(10),
        fields.text("displayName", "description", 100),
        fields.computed("dueDateCalculation", Text(), _formula("due_date_days")),
        fields.computed("discountDateCalculation", Text(), _formula("discount_days")),
        fields.plain("discountPercent", PERCENT, "discount_percent"),
    ),
    _code_table(
        "shipmentMethods",
        "shipmentMethod",
        models.ShipmentMethod,
        "shipment_method",
        _code(10),
        fields.text("displayName", "description", 100),
    ),
    _code_table(
        "locations",
        "location",
        models.Location,
        "",
        _code(10),
        fields.text("displayName", "name", 100),
    ),
)


def _read_only(name: str, type: str, model: type[Model], order: str, *rest: Property) -> Entity:
    return Entity(name, type, model, (fields.ID, *rest), order=order)


READ_ONLY = (
    _read_only(
        "generalProductPostingGroups",
        "generalProductPostingGroup",
        models.GeneralProductPostingGroup,
        "code",
        fields.shown("code", "code", Text(20, code=True)),
        fields.shown("description", "description", Text(100)),
    ),
    _read_only(
        "inventoryPostingGroups",
        "inventoryPostingGroup",
        models.InventoryPostingGroup,
        "code",
        fields.shown("code", "code", Text(20, code=True)),
        fields.shown("description", "description", Text(100)),
    ),
    _read_only(
        "currencyExchangeRates",
        "currencyExchangeRate",
        models.ExchangeRate,
        "starting_date",
        fields.shown("currencyCode", "currency__code", Text(10, code=True)),
        fields.shown("startingDate", "starting_date", Day()),
        fields.shown("exchangeRateAmount", "exchange_rate_amount"),
        fields.shown("relationalExchangeRateAmount", "relational_exch_rate_amount"),
    ),
    _read_only(
        "generalLedgerSetup",
        "generalLedgerSetup",
        models.GeneralLedgerSetup,
        "pk",
        fields.shown("allowPostingFrom", "allow_posting_from", Day()),
        fields.shown("allowPostingTo", "allow_posting_to", Day()),
        fields.shown("localCurrencyCode", "lcy_code", Text(10, code=True)),
        fields.shown("localCurrencySymbol", "local_currency_symbol", Text(10)),
    ),
    _read_only(
        "accounts",
        "account",
        models.GLAccount,
        "number",
        fields.shown("number", "number", Text(20, code=True)),
        fields.shown("displayName", "name", Text(100)),
        fields.shown("blocked", "blocked", Boolean()),
        fields.shown("directPosting", "direct_posting", Boolean()),
    ),
    _read_only(
        "itemLedgerEntries",
        "itemLedgerEntry",
        models.ItemLedgerEntry,
        "entry_number",
        fields.shown("entryNumber", "entry_number", Integer()),
        fields.shown("itemNumber", "item__number", Text(20, code=True)),
        fields.shown("postingDate", "posting_date", Day()),
        fields.shown(
            "entryType",
            "entry_type",
            Enum(
                "itemLedgerEntryType",
                {
                    "purchase": "Purchase",
                    "sale": "Sale",
                    "positive_adjmt": "Positive Adjmt.",
                    "negative_adjmt": "Negative Adjmt.",
                },
            ),
        ),
        fields.shown("sourceNumber", "customer__number", Text(20, code=True)),
        fields.shown("documentNumber", "document_number", Text(20, code=True)),
        fields.shown(
            "documentType",
            "document_type",
            Enum(
                "itemLedgerDocumentType",
                {
                    "": " ",
                    "shipment": "Sales Shipment",
                    "invoice": "Sales Invoice",
                    "credit_memo": "Sales Credit Memo",
                },
            ),
        ),
        fields.shown("description", "description", Text(100)),
        fields.shown("quantity", "quantity"),
    ),
)
