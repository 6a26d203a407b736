"""Sales prices of customer price groups answer to price list items in the CRM.

The CRM keeps one price for a product and unit in a list: the one that is in force today without a
minimum quantity. Prices of other dates and quantities stay in Financials.
"""

from decimal import Decimal

from saumaton.sync.model import Constant, Lookup, Mapping, OnDelete, Side

from .fields import TO_CRM, amount

MAPPING = Mapping(
    name="SALESPRC-PRODPRICE",
    erp_table="sales_price",
    crm_table="productpricelevel",
    erp_only={"in_force": True},
    creates=TO_CRM,
    constants=(Constant(Side.CRM, "pricingmethodcode", 1),),  # an amount of money
    on_delete=OnDelete.FOLLOW,
    fields=(
        Lookup("customer_price_group", "pricelevelid", TO_CRM, to="CUSTPRCGRP-PRICE"),
        Lookup("item", "productid", TO_CRM, to="ITEM-PRODUCT"),
        Lookup("unit", "uomid", TO_CRM, to="BASE UNIT"),
        Lookup("currency", "transactioncurrencyid", TO_CRM, to="CURRENCY"),
        amount("unit_price", "amount", decimals=4, least=Decimal(0)),
    ),
)
