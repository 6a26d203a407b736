"""Numbers from number series, taken inside the transaction that uses them."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from saumaton.financials.errors import Refused
from saumaton.financials.models import NumberSeries

TAIL = re.compile(r"(\d+)(\D*)$")


def next_numbers(series_code: str, count: int = 1) -> list[str]:
    """Return the next numbers of a series and mark them used.

    A number's digits keep their leading zeros. Others who want numbers of the same series wait
    until the transaction ends; if it fails, its numbers are given out again.

    Raises `Refused` if there is no such series or it has fewer numbers left.
    """
    if count <= 0:
        return []
    with transaction.atomic():
        series = NumberSeries.objects.select_for_update().filter(code=series_code).first()
        if series is None:
            raise Refused(
                _("There is no number series “%(code)s”. Create it in No. Series.")
                % {"code": series_code}
            )
        numbers = _following(series, count)
        series.last_number_used = numbers[-1]
        series.save(update_fields=["last_number_used"])
    return numbers


def next_number(series_code: str) -> str:
    """Return the next number of a series. See `next_numbers`."""
    return next_numbers(series_code, 1)[0]


def _following(series: NumberSeries, count: int) -> list[str]:
    last = series.last_number_used
    start = last or series.starting_number
    match = TAIL.search(start)
    if not match:
        raise Refused(
            _("Number series %(code)s cannot count on from “%(number)s”: it holds no digits.")
            % {"code": series.code, "number": start}
        )
    digits, rest = match.groups()
    head, width, step = start[: match.start()], len(digits), series.increment_by or 1
    first = int(digits) + (step if last else 0)
    numbers = [f"{head}{first + step * n:0{width}}{rest}" for n in range(count)]
    end = series.ending_number
    if end and (len(numbers[-1]), numbers[-1]) > (len(end), end) or len(numbers[-1]) > 20:
        raise Refused(
            _(
                "Number series %(code)s has not enough numbers left: the last one is %(end)s. "
                "Set a higher Ending No. in No. Series."
            )
            % {"code": series.code, "end": end or "20 × 9"}
        )
    return numbers
