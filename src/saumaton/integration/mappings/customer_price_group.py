"""Customer price groups in Financials answer to price lists in the CRM."""

from saumaton.sync.model import Lookup, Mapping, Match

from .fields import TO_CRM, text

MAPPING = Mapping(
    name="CUSTPRCGRP-PRICE",
    erp_table="customer_price_group",
    crm_table="pricelevel",
    match_on=(Match(("code",)),),
    creates=TO_CRM,
    fields=(
        text("code", "name", erp_length=20, crm_length=100, flow=TO_CRM),
        text("description", "description", erp_length=100, crm_length=2000, flow=TO_CRM),
        Lookup("currency", "transactioncurrencyid", TO_CRM, to="CURRENCY"),
    ),
)
