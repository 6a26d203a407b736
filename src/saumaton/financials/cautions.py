"""What a person should know before going on with a document. Nothing here forbids anything."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import ledger
from saumaton.financials.amounts import rounded
from saumaton.financials.models import Customer, Item, SalesHeader, SalesLine, SalesSetup


def cautions(header: SalesHeader) -> list[str]:
    """Return warnings about the customer's credit and the items' availability, as set up."""
    setup = SalesSetup.objects.first() or SalesSetup()
    customer = header.bill_to_customer or header.customer
    found: list[str] = []
    if setup.credit_warnings in ("both", "credit_limit"):
        found += _credit_limit(customer)
    if setup.credit_warnings in ("both", "overdue_balance"):
        found += _overdue(customer)
    if setup.stockout_warning and header.document_type in ("order", "invoice"):
        found += _shortages(header)
    return found


def exposure(customer: Customer) -> Decimal:
    """Return what the customer owes and what its open orders will add to that, in LCY."""
    lines = SalesLine.objects.filter(
        header__customer=customer, header__document_type="order", quantity__gt=0
    ).select_related("header")
    ordered = sum(
        (
            line.amount_including_vat
            * (line.quantity - line.quantity_invoiced)
            / line.quantity
            / line.header.currency_factor
            for line in lines
        ),
        Decimal(0),
    )
    return ledger.balances([customer.pk])[customer.pk] + rounded(ordered)


def _credit_limit(customer: Customer) -> Iterator[str]:
    if not customer.credit_limit:
        return
    total = exposure(customer)
    if total > customer.credit_limit:
        yield _(
            "Customer %(customer)s: balance and open orders are %(total)s, over the "
            "credit limit of %(limit)s."
        ) % {"customer": customer, "total": total, "limit": rounded(customer.credit_limit)}


def _overdue(customer: Customer) -> Iterator[str]:
    yesterday = timezone.localdate() - timedelta(days=1)
    due = ledger.balances([customer.pk], due_by=yesterday)[customer.pk]
    if due > 0:
        yield _("Customer %(customer)s has an overdue balance of %(due)s.") % {
            "customer": customer,
            "due": rounded(due),
        }


def _shortages(header: SalesHeader) -> Iterator[str]:
    ids = header.lines.filter(type="item", outstanding_base__gt=0).values_list("item_id", flat=True)
    items = Item.objects.filter(pk__in=list(ids), type="inventory").in_bulk()
    for id, left in ledger.available(items, until=header.shipment_date).items():
        if left < 0:
            yield _("%(item)s: %(short)s more are promised by %(day)s than there are in stock.") % {
                "item": items[id],
                "short": -left.normalize(),
                "day": header.shipment_date,
            }
