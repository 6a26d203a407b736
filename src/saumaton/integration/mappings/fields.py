"""The kinds of fields that mappings are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from saumaton.sync.model import Field, Links, Lookup, Row, Side, Value

TO_CRM = frozenset({Side.CRM})
TO_ERP = frozenset({Side.ERP})

# The local currency is a blank in the ERP and a row in the CRM: it answers to this virtual record.
LCY = UUID("6c637900-0000-4000-8000-000000000001")


def text(
    erp: str, crm: str, *, erp_length: int, crm_length: int, flow: frozenset[Side] = frozenset(Side)
) -> Field:
    """A text that may be shorter on one side; what is cut there stays whole where it was written."""
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


@dataclass(frozen=True)
class CurrencyLookup(Lookup):
    """A currency, where a blank in the ERP means the local currency."""

    to: str = "CURRENCY"

    def converted(self, row: Row, towards: Side, links: Links) -> Value:
        id = self.value(row, towards.other)
        if towards is Side.CRM:
            return links.counterpart(self.to, Side.ERP, id or LCY)
        found = links.counterpart(self.to, Side.CRM, id) if id else LCY
        return None if found == LCY else found
