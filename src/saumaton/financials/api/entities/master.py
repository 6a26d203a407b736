"""Customers, contacts, items and the code tables around them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import ledger, models, setup
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entity import Entity, Navigation, Property, Written
from saumaton.financials.api.kinds import Boolean, Day, Enum, Integer, Number, Text
from saumaton.financials.api.problem import refused
from saumaton.financials.api.writing import create_record, delete_record, update_record
from saumaton.financials.exact import ExactSum
from saumaton.financials.numbers import next_number
from saumaton.users.permissions import Right

NOT_NEGATIVE = Number(Decimal(0))
PERCENT = Number(Decimal(0), Decimal(100))
PERSON = Enum("contactType", {"company": "Company", "person": "Person"})
BLOCKED = Enum("customerBlocked", {"": " ", "ship": "Ship", "invoice": "Invoice", "all": "All"})
ITEM_TYPE = Enum(
    "itemType",
    {"inventory": "Inventory", "service": "Service", "non_inventory": "Non-Inventory"},
)


def numbered(series: str) -> Any:
    """Return a `create` that takes the number from the set-up's series when none is sent."""

    def create(entity: Entity, wanted: Written) -> Model:
        if not wanted.values.get("number"):
            found = models.SalesSetup.objects.select_related(series).first()
            if found is None or getattr(found, series) is None:
                raise refused(_("No number series is set up for %(set)s.") % {"set": entity.name})
            wanted.values["number"] = next_number(getattr(found, series).code)
        for name, value in _defaults(entity, wanted.values).items():
            wanted.values.setdefault(f"{name}_id", value.pk if value else None)
        return create_record(entity, wanted)

    return create


def _defaults(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    if entity.model is models.Customer:
        return setup.new_customer_defaults(values.get("country", ""))
    if entity.model is models.Item:
        return setup.new_item_defaults(values.get("type", "inventory"))
    return {}


def _update_item(entity: Entity, record: Any, wanted: Written) -> Model:
    """Change an item; a new stock is posted as an adjustment."""
    wanted_stock = wanted.values.pop("inventory", None)
    new_type = wanted.values.get("type", record.type) != record.type
    if new_type and record.ledger_entries.exists():
        raise refused(_("%(item)s has ledger entries; its Type stays.") % {"item": record})
    update_record(entity, record, wanted)
    if wanted_stock is not None:
        _adjust(record, wanted_stock)
    return record


def _adjust(item: models.Item, wanted: Decimal) -> None:
    if item.type != "inventory":
        raise refused(_("%(item)s is not of type Inventory.") % {"item": item})
    ledger.lock()
    difference = wanted - ledger.stock([item.pk])[item.pk]
    if not difference:
        return
    models.ItemLedgerEntry.objects.create(
        entry_number=ledger.next_entry_number(models.ItemLedgerEntry),
        posting_date=timezone.localdate(),
        document_number=item.number,
        description=item.description,
        item=item,
        entry_type="positive_adjmt" if difference > 0 else "negative_adjmt",
        quantity=difference,
        unit_cost=item.unit_cost,
    )


def create_item(entity: Entity, wanted: Written) -> Model:
    """Store a new item with its base unit. Raises `Problem`."""
    if wanted.values.pop("inventory", Decimal(0)):
        raise refused(_("inventory cannot be set on a new item; change it afterwards."))
    item = numbered("item_numbers")(entity, wanted)
    if item.base_unit_id:
        models.ItemUnit.objects.get_or_create(item=item, unit_id=item.base_unit_id)
    return item


def stock(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """The stock of each item."""
    return ledger.stock([record.pk for record in records])


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


def _formula(days: str) -> Any:
    def compute(records: Sequence[Any]) -> Mapping[UUID, str]:
        return {
            record.pk: f"{getattr(record, days)}D" if getattr(record, days) else ""
            for record in records
        }

    return compute


def _addressee() -> tuple[Property, ...]:
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
        *_addressee(),
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
        *_addressee(),
        fields.text("mobilePhoneNumber", "mobile_phone", 30),
        fields.MODIFIED,
    ),
    table="contact",
    create=numbered("contact_numbers"),
    update=update_record,
    delete=delete_record,
)
ITEMS = Entity(
    "items",
    "item",
    models.Item,
    (
        fields.OWN_ID,
        fields.code("number", "number", 20),
        fields.text("displayName", "description", 100),
        fields.plain("type", ITEM_TYPE, "type"),
        fields.code("itemCategoryCode", "category", 20),
        fields.plain("blocked", Boolean(), "blocked"),
        fields.code("gtin", "gtin", 14),
        Property("inventory", Number(), writable=True, compute=stock, sets="inventory"),
        fields.plain("unitPrice", NOT_NEGATIVE, "unit_price"),
        fields.plain("priceIncludesTax", Boolean(), "price_includes_vat"),
        fields.plain("unitCost", NOT_NEGATIVE, "unit_cost"),
        fields.reference("baseUnitOfMeasureId", "base_unit", models.UnitOfMeasure),
        fields.coded("baseUnitOfMeasureCode", "base_unit", models.UnitOfMeasure, length=10),
        fields.reference(
            "generalProductPostingGroupId",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        fields.coded(
            "generalProductPostingGroupCode",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        fields.reference(
            "inventoryPostingGroupId", "inventory_posting_group", models.InventoryPostingGroup
        ),
        fields.coded(
            "inventoryPostingGroupCode", "inventory_posting_group", models.InventoryPostingGroup
        ),
        fields.MODIFIED,
    ),
    {
        "unitOfMeasure": Navigation("unitsOfMeasure", "base_unit_id"),
        "inventoryPostingGroup": Navigation("inventoryPostingGroups", "inventory_posting_group_id"),
        "generalProductPostingGroup": Navigation(
            "generalProductPostingGroups", "general_product_posting_group_id"
        ),
    },
    table="item",
    create=create_item,
    update=_update_item,
    delete=delete_record,
)


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
COMPANIES = Entity(
    "companies",
    "company",
    models.CompanyInformation,
    (
        fields.ID,
        fields.shown("name", "name", Text(30)),
        fields.computed(
            "displayName", Text(250), lambda records: {record.pk: record.name for record in records}
        ),
    ),
    order="name",
)
COMPANY_INFORMATION = Entity(
    "companyInformation",
    "companyInformation",
    models.CompanyInformation,
    (
        fields.ID,
        fields.text("displayName", "name", 100),
        fields.text("addressLine1", "address", 100),
        fields.text("addressLine2", "address_2", 50),
        fields.text("city", "city", 30),
        fields.text("state", "county", 30),
        fields.code("country", "country", 10),
        fields.code("postalCode", "post_code", 20),
        fields.text("phoneNumber", "phone", 30),
        fields.text("email", "email", 80),
        fields.text("website", "home_page", 80),
        fields.text("taxRegistrationNumber", "vat_registration_number", 20),
        fields.MODIFIED,
    ),
    table="company_information",
    order="name",
    update=update_record,
    right=Right.EDIT_SETUP,
)
MASTER = (
    COMPANY_INFORMATION,
    CUSTOMERS,
    CUSTOMER_FINANCIAL_DETAILS,
    CONTACTS,
    ITEMS,
    *CODE_TABLES,
    *READ_ONLY,
)
