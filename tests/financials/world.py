"""A small company to test in."""

from decimal import Decimal

from saumaton.financials import setup
from saumaton.financials.documents import Draft, DraftLine, create
from saumaton.financials.models import Customer, Item, ItemLedgerEntry, SalesHeader, UnitOfMeasure


def company(vat_percent: str = "25") -> None:
    setup.create_company("Contoso", "DKK", vat_percent=Decimal(vat_percent), country="DK")


def customer(number: str = "C1", **values: object) -> Customer:
    values = {"name": f"Customer {number}", "city": "Aarhus", **values}
    return Customer.objects.create(number=number, **setup.new_customer_defaults(), **values)


def item(number: str = "I1", price: str = "100", stock: int = 0, **values: object) -> Item:
    kind = str(values.get("type", "inventory"))
    made = Item.objects.create(
        number=number,
        description=f"Item {number}",
        base_unit=UnitOfMeasure.objects.get(code="PCS"),
        unit_price=Decimal(price),
        **setup.new_item_defaults(kind),
        **values,
    )
    if stock:
        add_stock(made, stock)
    return made


def add_stock(item: Item, quantity: int) -> None:
    from django.utils import timezone

    last = ItemLedgerEntry.objects.order_by("-entry_number").first()
    ItemLedgerEntry.objects.create(
        entry_number=last.entry_number + 1 if last else 1,
        posting_date=timezone.localdate(),
        item=item,
        entry_type="positive_adjmt",
        quantity=quantity,
    )


def order(buyer: Customer, *sold: tuple[Item, int | str], **values: object) -> SalesHeader:
    lines = [DraftLine(item_id=item.pk, quantity=Decimal(quantity)) for item, quantity in sold]
    return create(Draft(customer_id=buyer.pk, lines=lines, values=values))


def publish(*names: str) -> None:
    """Publish exactly these web services."""
    from saumaton.financials.models import WebService

    WebService.objects.update(published=False)
    for name in names:
        WebService.objects.update_or_create(service_name=name, defaults={"published": True})
