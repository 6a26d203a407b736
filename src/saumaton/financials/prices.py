"""Which price an item has for a customer: the lowest that applies, else the item's own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from saumaton.financials.amounts import rounded
from saumaton.financials.models import Customer, Item, SalesPrice

UNIT_PRECISION = Decimal("0.00001")


@dataclass(frozen=True)
class Purchase:
    """What is about to be sold to whom. `factor` is what one unit of LCY is in the currency."""

    customer: Customer
    item: Item
    unit_id: UUID | None
    quantity: Decimal
    day: date
    quantity_per_unit: Decimal = Decimal(1)
    currency_id: UUID | None = None
    factor: Decimal = Decimal(1)
    customer_price_group_id: UUID | None = None
    precision: Decimal = UNIT_PRECISION


def prices_of(item_ids: Iterable[UUID]) -> Mapping[UUID, list[SalesPrice]]:
    """Return all sales prices of these items, read in one query."""
    prices: dict[UUID, list[SalesPrice]] = defaultdict(list)
    for price in SalesPrice.objects.filter(item_id__in=set(item_ids)):
        prices[price.item_id].append(price)
    return prices


def unit_price(purchase: Purchase, prices: Iterable[SalesPrice] | None = None) -> Decimal:
    """Return the price of one unit of the purchase, in its currency.

    A price without a unit is one of the base unit; a price in LCY is converted if no price in the
    purchase's own currency applies.
    """
    if prices is None:
        prices = SalesPrice.objects.filter(Q(item=purchase.item))
    applying = [price for price in prices if applies(price, purchase)]
    own = [price for price in applying if price.currency_id == purchase.currency_id]
    local = [price for price in applying if price.currency_id is None]
    if own:
        return min(_for_unit(price, purchase) for price in own)
    in_lcy = (
        min(_for_unit(price, purchase) for price in local)
        if local
        else purchase.item.unit_price * purchase.quantity_per_unit
    )
    return rounded(in_lcy * purchase.factor, purchase.precision)


def applies(price: SalesPrice, purchase: Purchase) -> bool:
    """Is this one of the prices the customer may buy at, on that day, in that quantity?"""
    buyer = {
        "customer": price.customer_id == purchase.customer.pk,
        "customer_price_group": price.customer_price_group_id == purchase.customer_price_group_id,
        "all_customers": True,
    }[price.sales_type]
    return (
        buyer
        and price.unit_id in (None, purchase.unit_id)
        and price.currency_id in (None, purchase.currency_id)
        and (price.starting_date is None or price.starting_date <= purchase.day)
        and (price.ending_date is None or purchase.day <= price.ending_date)
        and purchase.quantity >= price.minimum_quantity
    )


def _for_unit(price: SalesPrice, purchase: Purchase) -> Decimal:
    return price.unit_price if price.unit_id else price.unit_price * purchase.quantity_per_unit
