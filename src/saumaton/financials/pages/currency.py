"""Currencies and their exchange rates."""

from django.utils.translation import gettext_lazy as _

from saumaton.financials.models import Currency, ExchangeRate
from saumaton.pages import registry
from saumaton.pages.actions import Action
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource

CURRENCIES = OrmSource(
    Currency,
    search=("code", "description"),
    fields=(
        Field("amount_rounding_precision", kind="decimal"),
        Field("unit_amount_rounding_precision", kind="decimal"),
    ),
)
RATES = OrmSource(ExchangeRate, search=("currency__code",), order="-starting_date", code="pk")
RATE_FIELDS = (
    "currency",
    "starting_date",
    "exchange_rate_amount",
    "relational_exch_rate_amount",
)

registry.add(
    ListPage(
        name="currency",
        caption=_("Currencies"),
        source=CURRENCIES,
        columns=("code", "description", "symbol", "iso_code", "amount_rounding_precision"),
        more=("unit_amount_rounding_precision",),
        group="finance",
        place=40,
    ),
    CardPage(
        name="currency",
        caption=_("Currency"),
        source=CURRENCIES,
        title=("code", "description"),
        sections=(
            Section(
                _("General"),
                (
                    "code", "description", "symbol", "iso_code", "amount_rounding_precision",
                    "unit_amount_rounding_precision",
                ),
            ),
        ),
        edit_right="edit setup",
        actions=(
            Action(
                "rates",
                _("Exchange Rates"),
                on=("card",),
                address=lambda record: f"/list/exchange_rate/?f-currency={record['code']}",
            ),
        ),
    ),
    ListPage(
        name="exchange_rate",
        caption=_("Exchange Rates"),
        source=RATES,
        columns=RATE_FIELDS,
        filters=("currency", "starting_date"),
        group="finance",
        place=50,
    ),
    CardPage(
        name="exchange_rate",
        caption=_("Exchange Rate"),
        source=RATES,
        title=("currency",),
        sections=(Section(_("General"), RATE_FIELDS),),
        edit_right="edit setup",
    ),
)  # fmt: skip
