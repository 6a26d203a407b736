"""Items with their stock, and its ledger."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.financials import ledger, models
from saumaton.financials.api.entities import fields
from saumaton.financials.api.entities.numbering import numbered
from saumaton.financials.api.entity import Entity, Navigation, Property, Written
from saumaton.financials.api.kinds import Boolean, Enum, Number
from saumaton.financials.api.problem import refused
from saumaton.financials.api.writing import delete_record, update_record

NOT_NEGATIVE = Number(Decimal(0))
ITEM_TYPE = Enum(
    "itemType",
    {"inventory": "Inventory", "service": "Service", "non_inventory": "Non-Inventory"},
)


def _update_item(entity: Entity, record: Any, wanted: Written) -> Model:
    """Change an item; a new stock is posted as an adjustment."""
    wanted_stock = wanted.values.pop("inventory", None)
    new_type = wanted.values.get("type", record.type) != record.type
    if new_type and record.ledger_entries.exists():
        raise refused(_("%(item)s has ledger entries; its Type stays.") % {"item": record})
    update_record(entity, record, wanted)
    if wanted_stock is not None:
        _adjust(record, wanted_stock)
    return record


def _adjust(item: models.Item, wanted: Decimal) -> None:
    if item.type != "inventory":
        raise refused(_("%(item)s is not of type Inventory.") % {"item": item})
    ledger.lock()
    difference = wanted - ledger.stock([item.pk])[item.pk]
    if not difference:
        return
    models.ItemLedgerEntry.objects.create(
        entry_number=ledger.next_entry_number(models.ItemLedgerEntry),
        posting_date=timezone.localdate(),
        document_number=item.number,
        description=item.description,
        item=item,
        entry_type="positive_adjmt" if difference > 0 else "negative_adjmt",
        quantity=difference,
        unit_cost=item.unit_cost,
    )


def create_item(entity: Entity, wanted: Written) -> Model:
    """Store a new item with its base unit. Raises `Problem`."""
    if wanted.values.pop("inventory", Decimal(0)):
        raise refused(_("inventory cannot be set on a new item; change it afterwards."))
    item = numbered("item_numbers")(entity, wanted)
    if item.base_unit_id:
        models.ItemUnit.objects.get_or_create(item=item, unit_id=item.base_unit_id)
    return item


def stock(records: Sequence[Any]) -> Mapping[UUID, Decimal]:
    """The stock of each item."""
    return ledger.stock([record.pk for record in records])


ITEMS = Entity(
    "items",
    "item",
    models.Item,
    (
        fields.OWN_ID,
        fields.code("number", "number", 20),
        fields.text("displayName", "description", 100),
        fields.plain("type", ITEM_TYPE, "type"),
        fields.code("itemCategoryCode", "category", 20),
        fields.plain("blocked", Boolean(), "blocked"),
        fields.code("gtin", "gtin", 14),
        Property("inventory", Number(), writable=True, compute=stock, sets="inventory"),
        fields.plain("unitPrice", NOT_NEGATIVE, "unit_price"),
        fields.plain("priceIncludesTax", Boolean(), "price_includes_vat"),
        fields.plain("unitCost", NOT_NEGATIVE, "unit_cost"),
        fields.reference("baseUnitOfMeasureId", "base_unit", models.UnitOfMeasure),
        fields.coded("baseUnitOfMeasureCode", "base_unit", models.UnitOfMeasure, length=10),
        fields.reference(
            "generalProductPostingGroupId",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        fields.coded(
            "generalProductPostingGroupCode",
            "general_product_posting_group",
            models.GeneralProductPostingGroup,
        ),
        fields.reference(
            "inventoryPostingGroupId", "inventory_posting_group", models.InventoryPostingGroup
        ),
        fields.coded(
            "inventoryPostingGroupCode", "inventory_posting_group", models.InventoryPostingGroup
        ),
        fields.MODIFIED,
    ),
    {
        "unitOfMeasure": Navigation("unitsOfMeasure", "base_unit_id"),
        "inventoryPostingGroup": Navigation("inventoryPostingGroups", "inventory_posting_group_id"),
        "generalProductPostingGroup": Navigation(
            "generalProductPostingGroups", "general_product_posting_group_id"
        ),
    },
    table="item",
    create=create_item,
    update=_update_item,
    delete=delete_record,
)
