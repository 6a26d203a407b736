"""Foreign currencies and their rates. The local currency has no row: an empty reference is it."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import fields


class Currency(fields.Record):
    code = fields.key(_("Code"), 10)
    iso_code = fields.code(_("ISO Code"), 3)
    description = fields.text(_("Description"), 30)
    symbol = fields.text(_("Symbol"), 10)
    amount_rounding_precision = models.DecimalField(
        _("Amount Rounding Precision"), max_digits=15, decimal_places=5, default=Decimal("0.01")
    )
    unit_amount_rounding_precision = models.DecimalField(
        _("Unit-Amount Rounding Precision"),
        max_digits=15,
        decimal_places=5,
        default=Decimal("0.00001"),
    )

    class Meta:
        verbose_name = _("Currency")
        verbose_name_plural = _("Currencies")

    def __str__(self) -> str:
        return self.code


class ExchangeRate(fields.Record):
    """`exchange_rate_amount` of the currency is worth `relational_exch_rate_amount` in LCY."""

    currency = fields.must(
        "Currency", _("Currency Code"), related_name="rates", on_delete=models.CASCADE
    )
    starting_date = models.DateField(_("Starting Date"))
    exchange_rate_amount = models.DecimalField(
        _("Exchange Rate Amount"), max_digits=15, decimal_places=6
    )
    relational_exch_rate_amount = models.DecimalField(
        _("Relational Exch. Rate Amount"), max_digits=15, decimal_places=6
    )

    class Meta:
        verbose_name = _("Currency Exchange Rate")
        verbose_name_plural = _("Currency Exchange Rates")
        constraints = [
            models.UniqueConstraint(fields=["currency", "starting_date"], name="exchange_rate_key")
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.starting_date}"
