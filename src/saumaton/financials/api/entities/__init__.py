"""The entity sets of API v2.0."""

from saumaton.financials.api.entities.codes import CODE_TABLES, READ_ONLY
from saumaton.financials.api.entities.company import COMPANIES, COMPANY_INFORMATION
from saumaton.financials.api.entities.customers import (
    CONTACTS,
    CUSTOMER_FINANCIAL_DETAILS,
    CUSTOMERS,
)
from saumaton.financials.api.entities.invoices import (
    INVOICE_LINES,
    INVOICES,
    SHIPMENT_LINES,
    SHIPMENTS,
)
from saumaton.financials.api.entities.items import ITEMS
from saumaton.financials.api.entities.orders import ORDER_LINES, ORDERS, QUOTE_LINES, QUOTES
from saumaton.financials.api.entities.payments import PAYMENTS
from saumaton.financials.api.entity import Entity

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        COMPANIES,
        COMPANY_INFORMATION,
        CUSTOMERS,
        CUSTOMER_FINANCIAL_DETAILS,
        CONTACTS,
        ITEMS,
        *CODE_TABLES,
        *READ_ONLY,
        QUOTES,
        QUOTE_LINES,
        ORDERS,
        ORDER_LINES,
        INVOICES,
        INVOICE_LINES,
        SHIPMENTS,
        SHIPMENT_LINES,
        *PAYMENTS,
    )
}
