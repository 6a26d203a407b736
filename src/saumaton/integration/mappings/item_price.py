"""The unit price of each item is a line of the CRM's default price list."""

from decimal import Decimal

from saumaton.sync.model import Field, Lookup, Mapping

from .fields import TO_CRM, CurrencyLookup, amount

MAPPING = Mapping(
    name="ITEM UNIT PRICE",
    erp_table="item_price",
    crm_table="productpricelevel",
    match_on=("price_list", "product", "unit"),
    creates=TO_CRM,
    fields=(
        Lookup("price_list", "pricelevelid", TO_CRM, to="DEFAULT PRICE LIST"),
        Lookup("product", "productid", TO_CRM, to="ITEM-PRODUCT"),
        Lookup("unit", "uomid", TO_CRM, to="BASE UNIT"),
        CurrencyLookup("currency", "transactioncurrencyid", TO_CRM),
        Field("pricing_method", "pricingmethodcode", TO_CRM),
        amount("unit_price", "amount", decimals=4, least=Decimal(0)),
    ),
)
