"""What a new company needs before it can sell: accounts, posting groups, VAT, numbers, terms."""

from decimal import Decimal
from typing import Any

from django.db import models, transaction

from saumaton.financials.models import (
    CompanyInformation,
    CustomerPostingGroup,
    GeneralBusinessPostingGroup,
    GeneralLedgerSetup,
    GeneralPostingSetup,
    GeneralProductPostingGroup,
    GLAccount,
    InventoryPostingGroup,
    NumberSeries,
    PaymentTerms,
    SalesSetup,
    UnitOfMeasure,
    VATBusinessPostingGroup,
    VATPostingSetup,
    VATProductPostingGroup,
    WebService,
)

ACCOUNTS = {
    "2110": ("Inventory", False),
    "2310": ("Customers, domestic", False),
    "2320": ("Customers, foreign", False),
    "2910": ("Bank", False),
    "5610": ("Sales VAT", False),
    "6110": ("Sales of goods, domestic", True),
    "6120": ("Sales of goods, export", True),
    "6410": ("Sales of services, domestic", True),
    "6420": ("Sales of services, export", True),
    "6810": ("Freight charged to customers", True),
    "6910": ("Sales discounts granted", True),
    "7190": ("Cost of goods sold", True),
    "9140": ("Exchange gains and losses", True),
}
SERIES = {
    "quote_numbers": ("S-QUO", "Sales quotes", "SQ-000001"),
    "order_numbers": ("S-ORD", "Sales orders", "SO-000001"),
    "invoice_numbers": ("S-INV", "Sales invoices", "SI-000001"),
    "credit_memo_numbers": ("S-CR", "Sales credit memos", "SC-000001"),
    "posted_shipment_numbers": ("S-SHPT", "Posted sales shipments", "PS-000001"),
    "posted_invoice_numbers": ("S-INV+", "Posted sales invoices", "PI-000001"),
    "posted_credit_memo_numbers": ("S-CR+", "Posted sales credit memos", "PC-000001"),
    "customer_numbers": ("CUST", "Customers", "C00010"),
    "contact_numbers": ("CONT", "Contacts", "CT000010"),
    "item_numbers": ("ITEM", "Items", "I00010"),
    "resource_numbers": ("RES", "Resources", "R0010"),
    "payment_numbers": ("PAY", "Payments", "PAY-000001"),
}
TERMS = {
    "CASH": ("Cash on delivery", 0),
    "7 DAYS": ("Net 7 days", 7),
    "14 DAYS": ("Net 14 days", 14),
    "30 DAYS": ("Net 30 days", 30),
    "45 DAYS": ("Net 45 days", 45),
    "60 DAYS": ("Net 60 days", 60),
}
WEB_SERVICES = {
    "Customer": ("page", 21),
    "Item": ("page", 30),
    "Contact": ("page", 5050),
    "Resource": ("page", 76),
    "SalesOrder": ("page", 42),
    "SalesOrderSalesLines": ("page", 46),
    "PostedSalesInvoices": ("page", 143),
    "PostedSalesShipments": ("page", 142),
    "CustomerLedgerEntries": ("page", 25),
    "ItemLedgerEntries": ("page", 38),
    "ShippingAgents": ("page", 428),
    "CurrencyExchangeRates": ("page", 483),
    "SalespeoplePurchasers": ("page", 14),
}
DOMESTIC, EXPORT = "DOMESTIC", "EXPORT"
GOODS, SERVICES, FREIGHT = "GOODS", "SERVICES", "FREIGHT"
FULL, NO_VAT = "FULL", "NONE"


@transaction.atomic
def create_company(
    name: str = "",
    lcy_code: str = "",
    *,
    symbol: str = "",
    currency_name: str = "",
    vat_percent: Decimal = Decimal(0),
    country: str = "",
) -> CompanyInformation:
    """Make the company's set-up, or complete it; what somebody has set already stays as it is.

    `vat_percent` is charged to domestic customers; export is free of VAT.
    """
    company = CompanyInformation.objects.first()
    if company is None:
        company = CompanyInformation.objects.create(name=name, country=country)
    accounts = {
        number: _have(GLAccount, number=number, name=name, income_statement=income)
        for number, (name, income) in ACCOUNTS.items()
    }
    _ledger_setup(accounts, lcy_code, symbol, currency_name)
    _posting_groups(accounts)
    _vat(accounts["5610"], vat_percent)
    _freight(accounts["6810"])
    for code, (description, days) in TERMS.items():
        _have(PaymentTerms, code=code, description=description, due_date_days=days)
    _have(UnitOfMeasure, code="PCS", description="Piece", international_standard_code="EA")
    _sales_setup(accounts["6810"])
    for name, (object_type, number) in WEB_SERVICES.items():
        WebService.objects.get_or_create(
            service_name=name, defaults={"object_type": object_type, "object_id": number}
        )
    return company


def new_customer_defaults(country: str = "") -> dict[str, Any]:
    """Return the posting groups of a new customer: domestic unless from another country."""
    home = CompanyInformation.objects.values_list("country", flat=True).first() or ""
    group = EXPORT if country and home and country.upper() != home else DOMESTIC
    return {
        "customer_posting_group": CustomerPostingGroup.objects.filter(code=group).first(),
        "general_business_posting_group": GeneralBusinessPostingGroup.objects.filter(
            code=group
        ).first(),
        "vat_business_posting_group": VATBusinessPostingGroup.objects.filter(code=group).first(),
    }


def new_item_defaults(type: str = "inventory") -> dict[str, Any]:
    """Return the posting groups of a new item of this type; a resource's are a service's."""
    goods = type == "inventory"
    defaults: dict[str, Any] = {
        "general_product_posting_group": GeneralProductPostingGroup.objects.filter(
            code=GOODS if goods else SERVICES
        ).first(),
        "vat_product_posting_group": VATProductPostingGroup.objects.filter(code=FULL).first(),
    }
    if goods:
        defaults["inventory_posting_group"] = InventoryPostingGroup.objects.filter(
            code=GOODS
        ).first()
    return defaults


def new_resource_defaults() -> dict[str, Any]:
    """Return the posting groups of a new resource."""
    return new_item_defaults("service")


def _have(model: type[models.Model], **values: Any) -> Any:
    """Return the row whose key is the first of these values, made with all of them if missing."""
    key = next(iter(values))
    defaults = {name: value for name, value in values.items() if name != key}
    return model._default_manager.get_or_create(**{key: values[key]}, defaults=defaults)[0]


def _ledger_setup(accounts: dict[str, GLAccount], lcy_code: str, symbol: str, name: str) -> None:
    setup = GeneralLedgerSetup.objects.first() or GeneralLedgerSetup(
        lcy_code=lcy_code,
        local_currency_symbol=symbol or lcy_code,
        local_currency_description=name or lcy_code,
    )
    setup.bank_account = setup.bank_account or accounts["2910"]
    setup.exchange_account = setup.exchange_account or accounts["9140"]
    setup.save()


def _posting_groups(accounts: dict[str, GLAccount]) -> None:
    _have(InventoryPostingGroup, code=GOODS, inventory_account=accounts["2110"])
    for code, receivables in ((DOMESTIC, "2310"), (EXPORT, "2320")):
        _have(CustomerPostingGroup, code=code, receivables_account=accounts[receivables])
    sales = {
        (DOMESTIC, GOODS): "6110",
        (EXPORT, GOODS): "6120",
        (DOMESTIC, SERVICES): "6410",
        (EXPORT, SERVICES): "6420",
        (DOMESTIC, FREIGHT): "6810",
        (EXPORT, FREIGHT): "6810",
    }
    for (business, product), account in sales.items():
        GeneralPostingSetup.objects.get_or_create(
            business_group=_have(GeneralBusinessPostingGroup, code=business),
            product_group=_have(GeneralProductPostingGroup, code=product),
            defaults={
                "sales_account": accounts[account],
                "sales_discount_account": accounts["6910"],
                "cost_account": accounts["7190"] if product == GOODS else None,
            },
        )


def _vat(account: GLAccount, vat_percent: Decimal) -> None:
    for business in (DOMESTIC, EXPORT):
        for product in (FULL, NO_VAT):
            taxed = business == DOMESTIC and product == FULL
            VATPostingSetup.objects.get_or_create(
                business_group=_have(VATBusinessPostingGroup, code=business),
                product_group=_have(VATProductPostingGroup, code=product),
                defaults={
                    "vat_percent": vat_percent if taxed else Decimal(0),
                    "sales_vat_account": account,
                },
            )


def _freight(account: GLAccount) -> None:
    if account.general_product_posting_group_id is None:
        account.general_product_posting_group = _have(GeneralProductPostingGroup, code=FREIGHT)
        account.vat_product_posting_group = _have(VATProductPostingGroup, code=FULL)
        account.save()


def _sales_setup(freight: GLAccount) -> None:
    setup = SalesSetup.objects.first() or SalesSetup()
    for field, (code, description, first) in SERIES.items():
        if getattr(setup, f"{field}_id") is None:
            series = _have(NumberSeries, code=code, description=description, starting_number=first)
            setattr(setup, field, series)
    if setup.freight_account_id is None:
        setup.freight_account = freight
    setup.save()
