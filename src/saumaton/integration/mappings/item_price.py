"""The unit price of each item is a line of the CRM's default price list."""

from decimal import Decimal

from saumaton.sync.model import Constant, Lookup, Mapping, OnDelete, Side

from .fields import TO_CRM, amount

MAPPING = Mapping(
    name="ITEM UNIT PRICE",
    erp_table="item_price",
    crm_table="productpricelevel",
    erp_only={"blocked": False},
    creates=TO_CRM,
    constants=(Constant(Side.CRM, "pricingmethodcode", 1),),  # an amount of money
    on_delete=OnDelete.FOLLOW,
    fields=(
        Lookup("price_list", "pricelevelid", TO_CRM, to="DEFAULT PRICE LIST"),
        Lookup("product", "productid", TO_CRM, to="ITEM-PRODUCT"),
        Lookup("unit", "uomid", TO_CRM, to="BASE UNIT"),
        Lookup("currency", "transactioncurrencyid", TO_CRM, to="CURRENCY"),
        amount("unit_price", "amount", decimals=4, least=Decimal(0)),
    ),
)
