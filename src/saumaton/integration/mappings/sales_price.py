"""Sales prices of customer price groups answer to price list items in the CRM.

The CRM keeps one price for a product and unit in a list: the one that is in force today without a
minimum quantity. Prices of other dates and quantities stay in Financials.
"""

from decimal import Decimal

from saumaton.sync.model import Field, Lookup, Mapping

from .fields import TO_CRM, CurrencyLookup, amount

MAPPING = Mapping(
    name="SALESPRC-PRODPRICE",
    erp_table="sales_price",
    crm_table="productpricelevel",
    match_on=("customer_price_group", "item", "unit"),
    creates=TO_CRM,
    fields=(
        Lookup("customer_price_group", "pricelevelid", TO_CRM, to="CUSTPRCGRP-PRICE"),
        Lookup("item", "productid", TO_CRM, to="ITEM-PRODUCT"),
        Lookup("unit", "uomid", TO_CRM, to="BASE UNIT"),
        CurrencyLookup("currency", "transactioncurrencyid", TO_CRM),
        Field("pricing_method", "pricingmethodcode", TO_CRM),
        amount("unit_price", "amount", decimals=4, least=Decimal(0)),
    ),
)
