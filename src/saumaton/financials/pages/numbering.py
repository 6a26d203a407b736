"""New records without a number take the next one of their series."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from saumaton.financials.models import SalesSetup
from saumaton.financials.numbers import next_number
from saumaton.financials.pages.rules import beside_fields
from saumaton.pages.source import Invalid


def numbered(series: str) -> Callable[[Any, bool], None]:
    """Return what gives a new record its number, from the series the sales set-up names so."""

    def prepare(row: Any, new: bool) -> None:
        if row.number or not new:
            return
        setup = SalesSetup.objects.select_related(series).first()
        numbers = getattr(setup, series, None)
        if numbers is None:
            raise Invalid({"number": [_("Enter a number: no number series is set up for these.")]})
        with beside_fields():
            row.number = next_number(numbers.code)

    return prepare
