"""ProductItemAvailability: how much of a CRM product there is, by the item it is coupled to.

Financials knows no couplings. Whoever does hangs a `CoupledItems` here.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from saumaton.financials import ledger
from saumaton.financials.api.entity import Entity, Property
from saumaton.financials.api.kinds import Guid, Integer, Number, Text
from saumaton.financials.api.problem import bad_request
from saumaton.financials.models import Item, WebService
from saumaton.odata.query import parse_filter
from saumaton.odata.tree import BadQuery, Compare, Either, ListOf, Literal, Names, Node

SERVICE = "ProductItemAvailability"
ITEM_TABLE = 27
CoupledItems = Callable[[Sequence[UUID] | None], Mapping[UUID, UUID]]
_coupled_items: list[CoupledItems] = []


def hang(coupled_items: CoupledItems) -> None:
    """Let this function say which item each CRM product is; asked with None it tells all."""
    _coupled_items[:] = [coupled_items]


def publish(published: bool = True) -> WebService:
    """Publish the service, or withdraw it."""
    service, _made = WebService.objects.update_or_create(
        service_name=SERVICE, defaults={"published": published, "object_type": "page"}
    )
    return service


def rows(options: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the availability of the products a `$filter` names; of all without one."""
    products = _products(options.get("$filter", ""))
    items = _coupled_items[0](products) if _coupled_items else {}
    records = Item.objects.select_related("base_unit").in_bulk(set(items.values()))
    stock = ledger.stock(records)
    return [
        _row(product, records[item], stock[item])
        for product, item in items.items()
        if item in records
    ]


def _row(product: UUID, item: Item, stock: object) -> dict[str, object]:
    return {
        "CRM_ID": str(product),
        "Integration_ID": str(item.pk),
        "Table_ID": ITEM_TABLE,
        "ItemNo": item.number,
        "UOM": item.base_unit.code if item.base_unit else "",
        "Inventory": Number().show(stock),
    }


def _products(text: str) -> list[UUID] | None:
    if not text:
        return None
    try:
        return _named(parse_filter(text))
    except BadQuery as error:
        raise bad_request(error, "BadRequest_InvalidRequestUrl") from error


def _named(node: Node) -> list[UUID]:
    match node:
        case Compare("eq", Names(("CRM_ID",)), Literal(UUID() as id)):
            return [id]
        case Compare("in", Names(("CRM_ID",)), ListOf(items)):
            values = [item.value for item in items if isinstance(item, Literal)]
            return [value for value in values if isinstance(value, UUID)]
        case Either(left, right):
            return [*_named(left), *_named(right)]
    raise bad_request("ProductItemAvailability is filtered by 'CRM_ID eq ...' only.")


ENTITY = Entity(
    SERVICE,
    SERVICE,
    Item,
    (
        Property("CRM_ID", Guid()),
        Property("Integration_ID", Guid()),
        Property("Table_ID", Integer()),
        Property("ItemNo", Text(20, code=True)),
        Property("UOM", Text(10, code=True)),
        Property("Inventory", Number()),
    ),
    keys=("CRM_ID", "Integration_ID"),
)
