"""The kinds of fields that mappings are made of."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from saumaton.sync.model import Field, Side, Value

TO_CRM = frozenset({Side.CRM})
TO_ERP = frozenset({Side.ERP})


def text(
    erp: str, crm: str, *, erp_length: int, crm_length: int, flow: frozenset[Side] = frozenset(Side)
) -> Field:
    """A text that one side may have to cut; it stays whole where it was written."""
    return Field(erp, crm, flow, to_crm=cut(crm_length), to_erp=cut(erp_length))


def cut(length: int) -> Callable[[Value], Value]:
    def shortened(value: Value) -> Value:
        return value[:length].strip() or None if isinstance(value, str) else value

    return shortened


def amount(erp: str, crm: str, *, decimals: int, least: Decimal | None = None) -> Field:
    """A number that the ERP owns, rounded to what the CRM keeps."""
    step = Decimal(1).scaleb(-decimals)

    def rounded(value: Value) -> Value:
        if not isinstance(value, Decimal):
            return value
        whole = value.quantize(step, ROUND_HALF_UP)
        return whole if least is None else max(least, whole)

    return Field(erp, crm, TO_CRM, to_crm=rounded)
