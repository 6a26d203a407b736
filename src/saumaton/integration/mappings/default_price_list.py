"""The price list every product needs: it carries the unit prices of items and resources."""

from saumaton.sync.model import Lookup, Mapping, Match

from .fields import TO_CRM, text

MAPPING = Mapping(
    name="DEFAULT PRICE LIST",
    erp_table="default_price_list",
    crm_table="pricelevel",
    match_on=(Match(("name",)),),
    creates=TO_CRM,
    fields=(
        text("name", "name", erp_length=100, crm_length=100, flow=TO_CRM),
        Lookup("currency", "transactioncurrencyid", TO_CRM, to="CURRENCY"),
    ),
)
