"""Which item of Financials a product of the CRM is, for the item availability web service."""

from collections.abc import Sequence
from uuid import UUID

from saumaton.integration.models import Coupling


def coupled_items(products: Sequence[UUID] | None) -> dict[UUID, UUID]:
    """Return the coupled items by CRM product: of these products, or of all for `None`."""
    couplings = Coupling.objects.filter(
        connection__enabled=True, mapping="ITEM-PRODUCT", base_erp__isnull=False
    )
    if products is not None:
        couplings = couplings.filter(crm_id__in=products)
    return dict(couplings.values_list("crm_id", "erp_id"))
