"""What the ERP refuses, said beside the field it concerns."""

from collections.abc import Iterator
from contextlib import contextmanager

from saumaton.financials.errors import Refused
from saumaton.pages.source import Invalid


@contextmanager
def beside_fields() -> Iterator[None]:
    """Turn a refusal of the ERP into one that a window shows beside the field."""
    try:
        yield
    except Refused as refusal:
        raise Invalid({refusal.field: refusal.messages}) from None
