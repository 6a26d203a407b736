"""The arithmetic of sales documents: line amounts, discounts, VAT, rounding. Pure.

Where a total is spread over lines, what is rounded is the running total, so that the lines always
add up to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from saumaton.financials.errors import Refused

ZERO = Decimal(0)
HUNDRED = Decimal(100)
FIVE_PLACES = Decimal("0.00001")
CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 10  # what the database can keep, with room for sums and other currencies


class Line(Protocol):
    line_number: int
    type: str
    quantity: Decimal
    unit_price: Decimal
    line_discount_percent: Decimal
    line_discount_amount: Decimal
    line_amount: Decimal
    invoice_discount_amount: Decimal
    amount: Decimal
    vat_percent: Decimal
    amount_including_vat: Decimal
    allow_invoice_discount: bool


@dataclass(frozen=True)
class Totals:
    amount: Decimal
    amount_including_vat: Decimal
    line_amount: Decimal

    @property
    def vat(self) -> Decimal:
        return self.amount_including_vat - self.amount


def rounded(value: Decimal, precision: Decimal = CENT) -> Decimal:
    """Return the value as the nearest multiple of the precision; halves go away from zero."""
    return (value / precision).quantize(Decimal(1), ROUND_HALF_UP) * precision


def set_discount_percent(line: Line, percent: Decimal, precision: Decimal = CENT) -> None:
    """Give the line a discount in per cent, and the amount that follows from it."""
    line.line_discount_percent = percent.quantize(FIVE_PLACES)
    gross = rounded(line.quantity * line.unit_price, precision)
    line.line_discount_amount = rounded(gross * percent / HUNDRED, precision)
    _calculate_line(line, gross)


def set_discount_amount(line: Line, amount: Decimal, precision: Decimal = CENT) -> None:
    """Give the line a discount in money, and the per cent that follows from it."""
    gross = rounded(line.quantity * line.unit_price, precision)
    line.line_discount_amount = rounded(amount, precision)
    share = line.line_discount_amount / gross * HUNDRED if gross else ZERO
    if abs(share) <= HUNDRED:
        line.line_discount_percent = share.quantize(FIVE_PLACES)
    _calculate_line(line, gross)


def _calculate_line(line: Line, gross: Decimal) -> None:
    check_size(gross)
    discount = line.line_discount_amount
    if discount and (discount < 0) != (gross < 0) or abs(discount) > abs(gross):
        raise Refused(
            _(
                "Line %(line)s: the Line Discount Amount %(discount)s must lie between 0 and the "
                "line's %(gross)s. Lower the discount, or correct the quantity or the price."
            )
            % {"line": line.line_number, "discount": discount, "gross": gross},
            "line_discount_amount",
        )
    line.line_amount = gross - discount


def set_totals(
    lines: Sequence[Line],
    invoice_discount: Decimal,
    *,
    prices_including_vat: bool = False,
    precision: Decimal = CENT,
) -> Totals:
    """Spread the invoice discount over the lines, add VAT, and return the document's totals.

    Lines must know their `line_amount`. VAT is rounded once for each rate, not for each line.
    """
    _spread_discount(lines, invoice_discount, precision)
    for rate in {line.vat_percent for line in lines}:
        _add_vat(
            [line for line in lines if line.vat_percent == rate], prices_including_vat, precision
        )
    totals = Totals(
        sum((line.amount for line in lines), ZERO),
        sum((line.amount_including_vat for line in lines), ZERO),
        sum((line.line_amount for line in lines), ZERO),
    )
    check_size(totals.amount_including_vat)
    return totals


def check_size(value: Decimal) -> None:
    """Refuse an amount or quantity too large to keep exactly."""
    if abs(value) >= LIMIT:
        raise Refused(
            _("%(value)s is too large: amounts and quantities must be smaller than %(limit)s.")
            % {"value": format(value, "f"), "limit": LIMIT}
        )


def _spread_discount(lines: Iterable[Line], discount: Decimal, precision: Decimal) -> None:
    eligible = []
    for line in lines:
        line.invoice_discount_amount = ZERO
        if line.allow_invoice_discount and line.line_amount > 0:
            eligible.append(line)
    if not discount:
        return
    total = sum((line.line_amount for line in eligible), ZERO)
    if not ZERO < discount <= total:
        raise Refused(
            _(
                "The Invoice Discount Amount %(discount)s must lie between 0 and %(total)s, the "
                "amount of the lines that allow an invoice discount."
            )
            % {"discount": discount, "total": total},
            "invoice_discount_amount",
        )
    running = spread = ZERO
    for line in eligible:
        running += line.line_amount
        share = rounded(discount * running / total, precision)
        line.invoice_discount_amount = share - spread
        spread = share


def _add_vat(lines: Iterable[Line], prices_including_vat: bool, precision: Decimal) -> None:
    running = taxed = ZERO
    for line in lines:
        net_of_discount = line.line_amount - line.invoice_discount_amount
        factor = 1 + line.vat_percent / HUNDRED
        running += net_of_discount
        if prices_including_vat:
            vat = rounded(running - running / factor, precision) - taxed
            line.amount, line.amount_including_vat = net_of_discount - vat, net_of_discount
        else:
            vat = rounded(running * (factor - 1), precision) - taxed
            line.amount, line.amount_including_vat = net_of_discount, net_of_discount + vat
        taxed += vat
