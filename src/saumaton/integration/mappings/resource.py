"""Resources in Financials answer to service products in the CRM."""

from decimal import Decimal

from saumaton.sync.model import Constant, Lookup, Mapping, Match, Side

from .fields import TO_CRM, amount, text

MAPPING = Mapping(
    name="RESOURCE-PRODUCT",
    erp_table="resource",
    crm_table="product",
    erp_only={"blocked": False},
    crm_only={"statecode": 0, "producttypecode": 3},
    match_on=(Match(("number",)),),
    creates=TO_CRM,
    constants=(
        Constant(Side.CRM, "producttypecode", 3),
        Constant(Side.CRM, "productstructure", 1),  # a single product, neither family nor bundle
        Constant(Side.CRM, "quantitydecimal", 2),
    ),
    fields=(
        text("number", "productnumber", erp_length=20, crm_length=100, flow=TO_CRM),
        text("name", "name", erp_length=100, crm_length=100),
        Lookup("base_unit", "defaultuomscheduleid", TO_CRM, to="UNIT OF MEASURE"),
        Lookup("base_unit_2", "defaultuomid", TO_CRM, to="BASE UNIT"),
        Lookup("price_currency", "transactioncurrencyid", TO_CRM, to="CURRENCY"),
        Lookup("default_price_list", "pricelevelid", TO_CRM, to="DEFAULT PRICE LIST"),
        amount("unit_price", "price", decimals=4, least=Decimal(0)),
        amount("unit_cost", "standardcost", decimals=4),
        amount("unit_cost_2", "currentcost", decimals=4),
        text("vendor_number", "vendorid", erp_length=20, crm_length=100, flow=TO_CRM),
        amount("capacity", "quantityonhand", decimals=2, least=Decimal(0)),
    ),
)
