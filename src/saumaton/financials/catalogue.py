"""What new documents need to know of customers, items and set-up, read in a few queries for all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from saumaton.financials.amounts import CENT
from saumaton.financials.errors import MissingSetup, Refused
from saumaton.financials.models import (
    Currency,
    Customer,
    ExchangeRate,
    GeneralLedgerSetup,
    GLAccount,
    Item,
    ItemUnit,
    PaymentTerms,
    Resource,
    ResourceUnit,
    SalesPrice,
    VATPostingSetup,
)
from saumaton.financials.prices import UNIT_PRECISION, prices_of

Sold = Item | Resource | GLAccount


@dataclass(frozen=True)
class DraftLine:
    """A line to be made. What is None is taken from what is sold; `type` "" is a comment."""

    type: str = "item"
    item_id: UUID | None = None
    resource_id: UUID | None = None
    gl_account_id: UUID | None = None
    quantity: Decimal = Decimal(0)
    unit_price: Decimal | None = None
    line_discount_amount: Decimal = Decimal(0)
    line_discount_percent: Decimal | None = None
    description: str | None = None
    description_2: str = ""
    unit_id: UUID | None = None
    id: UUID | None = None
    line_number: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sold_id(self) -> UUID | None:
        return {
            "item": self.item_id,
            "resource": self.resource_id,
            "gl_account": self.gl_account_id,
        }.get(self.type)


@dataclass(frozen=True)
class Draft:
    """A document to be made. `values` are header fields that differ from the customer's."""

    customer_id: UUID
    lines: Sequence[DraftLine] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    invoice_discount_amount: Decimal = Decimal(0)
    document_type: str = "order"
    id: UUID = field(default_factory=uuid4)
    number: str = ""


@dataclass(frozen=True)
class Catalogue:
    customers: Mapping[UUID, Customer]
    sold: Mapping[UUID, Sold]
    quantity_per: Mapping[tuple[UUID, UUID], Decimal]
    vat: Mapping[tuple[UUID, UUID], Decimal]
    terms: Mapping[UUID, PaymentTerms]
    currencies: Mapping[UUID, Currency]
    rates: Sequence[ExchangeRate]
    prices: Mapping[UUID, Sequence[SalesPrice]]
    precision: Decimal
    unit_precision: Decimal

    def amount_precision(self, currency_id: UUID | None) -> Decimal:
        currency = self.currencies.get(currency_id) if currency_id else None
        return currency.amount_rounding_precision if currency else self.precision

    def unit_amount_precision(self, currency_id: UUID | None) -> Decimal:
        currency = self.currencies.get(currency_id) if currency_id else None
        return currency.unit_amount_rounding_precision if currency else self.unit_precision

    def factor(self, currency_id: UUID | None, day: date) -> Decimal:
        """Return what one unit of LCY is in the currency on that day. Raises `Refused`."""
        if currency_id is None:
            return Decimal(1)
        valid = [
            rate
            for rate in self.rates
            if rate.currency_id == currency_id and rate.starting_date <= day
        ]
        if not valid:
            raise Refused(
                _(
                    "Currency %(currency)s has no exchange rate on %(day)s. "
                    "Add one that starts no later in Currency Exchange Rates."
                )
                % {"currency": self.currencies.get(currency_id, currency_id), "day": day},
                "currency",
            )
        rate = max(valid, key=lambda rate: rate.starting_date)
        factor = rate.exchange_rate_amount / rate.relational_exch_rate_amount
        return factor.quantize(Decimal("0.000000001"))

    def vat_percent(self, business_id: UUID | None, product_id: UUID | None) -> Decimal:
        """Return the VAT for this kind of customer and product. Raises `MissingSetup`."""
        if business_id is None or product_id is None:
            raise MissingSetup(
                _(
                    "The VAT cannot be found: the customer's VAT Bus. Posting Group or the line's "
                    "VAT Prod. Posting Group is empty. Fill it in on the card."
                ),
                "vat_business_posting_group",
            )
        try:
            return self.vat[business_id, product_id]
        except KeyError:
            raise MissingSetup(
                _("VAT Posting Setup has no row for these VAT posting groups. Add it there."),
                "vat_product_posting_group",
            ) from None


def read_catalogue(customer_ids: Iterable[UUID], lines: Iterable[DraftLine]) -> Catalogue:
    """Read everything that documents of these customers with these lines may ask for."""
    lines = list(lines)
    wanted = {
        kind: {line.sold_id for line in lines if line.type == kind and line.sold_id}
        for kind in ("item", "resource", "gl_account")
    }
    sold: dict[UUID, Sold] = {
        **Item.objects.in_bulk(wanted["item"]),
        **Resource.objects.in_bulk(wanted["resource"]),
        **GLAccount.objects.in_bulk(wanted["gl_account"]),
    }
    per: dict[tuple[UUID, UUID], Decimal] = {}
    for item_id, unit_id, quantity in ItemUnit.objects.filter(
        item_id__in=wanted["item"]
    ).values_list("item_id", "unit_id", "quantity_per"):
        per[item_id, unit_id] = quantity
    for resource_id, unit_id, quantity in ResourceUnit.objects.filter(
        resource_id__in=wanted["resource"]
    ).values_list("resource_id", "unit_id", "quantity_per"):
        per[resource_id, unit_id] = quantity
    setup = GeneralLedgerSetup.objects.first()
    return Catalogue(
        customers=Customer.objects.in_bulk(set(customer_ids)),
        sold=sold,
        quantity_per=per,
        vat={
            (row.business_group_id, row.product_group_id): row.vat_percent
            for row in VATPostingSetup.objects.all()
        },
        terms=PaymentTerms.objects.in_bulk(),
        currencies=Currency.objects.in_bulk(),
        rates=list(ExchangeRate.objects.all()),
        prices=prices_of(
            line.item_id for line in lines if line.item_id and line.unit_price is None
        ),
        precision=setup.amount_rounding_precision if setup else CENT,
        unit_precision=setup.unit_amount_rounding_precision if setup else UNIT_PRECISION,
    )
