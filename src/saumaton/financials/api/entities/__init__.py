"""The entity sets of API v2.0."""

from saumaton.financials.api.entities.master import COMPANIES, MASTER
from saumaton.financials.api.entities.payments import PAYMENTS
from saumaton.financials.api.entities.sales import SALES
from saumaton.financials.api.entity import Entity

ENTITIES: dict[str, Entity] = {
    entity.name: entity for entity in (COMPANIES, *MASTER, *SALES, *PAYMENTS)
}
