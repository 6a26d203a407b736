"""The windows of Financials."""

from saumaton.financials.pages import (
    company,
    contact,
    currency,
    customer,
    entries,
    item,
    payment,
    posted,
    posting_setup,
    price,
    sales,
    salesperson,
    site,
    terms,
    unit,
    web_service,
)

__all__ = [
    "company",
    "contact",
    "currency",
    "customer",
    "entries",
    "item",
    "payment",
    "posted",
    "posting_setup",
    "price",
    "sales",
    "salesperson",
    "site",
    "terms",
    "unit",
    "web_service",
]
