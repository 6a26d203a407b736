"""Currencies in Financials, the local one included, answer to the CRM's transaction currencies."""

from saumaton.sync.model import Constant, Mapping, Match, Side

from .fields import TO_CRM, amount, text

MAPPING = Mapping(
    name="CURRENCY",
    erp_table="currency",
    crm_table="transactioncurrency",
    match_on=(Match(("code",)),),
    creates=TO_CRM,
    constants=(Constant(Side.CRM, "currencyprecision", 2),),
    fields=(
        text("code", "isocurrencycode", erp_length=10, crm_length=5, flow=TO_CRM),
        text("symbol", "currencysymbol", erp_length=10, crm_length=10, flow=TO_CRM),
        text("description", "currencyname", erp_length=30, crm_length=100, flow=TO_CRM),
        amount("crm_exchange_rate", "exchangerate", decimals=10),
    ),
)
