"""Currencies; rates are units of the currency for one unit of the base currency."""

from ..described import ACTIVE_OR_NOT, Table, decimal, text, whole

TABLE = Table(
    name="transactioncurrency",
    set_name="transactioncurrencies",
    primary_name="currencyname",
    code=9105,
    schema="TransactionCurrency",
    label="Currency",
    plural="Currencies",
    states=ACTIVE_OR_NOT,
    unique=(("isocurrencycode",),),
    columns=(
        text("isocurrencycode", 5, schema="ISOCurrencyCode", required=True, update=False),
        text("currencyname", 100, required=True),
        text("currencysymbol", 10, required=True),
        whole("currencyprecision", 0, 4, default=2),
        decimal("exchangerate", 10, 0.0000000001, 9e8, required=True),
    ),
)
