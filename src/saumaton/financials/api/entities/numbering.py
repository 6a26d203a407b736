"""New records take their number from a series and their posting groups from the set-up."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from saumaton.financials import models, setup
from saumaton.financials.api.entity import Entity, Written
from saumaton.financials.api.problem import refused
from saumaton.financials.api.writing import create_record
from saumaton.financials.numbers import next_number


def numbered(series: str) -> Any:
    """Return a `create` that takes the number from the set-up's series when none is sent."""

    def create(entity: Entity, wanted: Written) -> Model:
        if not wanted.values.get("number"):
            found = models.SalesSetup.objects.select_related(series).first()
            if found is None or getattr(found, series) is None:
                raise refused(_("No number series is set up for %(set)s.") % {"set": entity.name})
            wanted.values["number"] = next_number(getattr(found, series).code)
        for name, value in _defaults(entity, wanted.values).items():
            wanted.values.setdefault(f"{name}_id", value.pk if value else None)
        return create_record(entity, wanted)

    return create


def _defaults(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    if entity.model is models.Customer:
        return setup.new_customer_defaults(values.get("country", ""))
    if entity.model is models.Item:
        return setup.new_item_defaults(values.get("type", "inventory"))
    return {}
