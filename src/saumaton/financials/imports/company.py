"""What an imported company needs besides its rows: its set-up, and posting groups."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from saumaton.financials import setup
from saumaton.financials.models import Customer, Item, Resource


def create(written: Mapping[str, Any]) -> None:
    """Set the company up as the map's [company] says; what is set already stays as it is."""
    values = dict(written)
    setup.create_company(values.pop("name", ""), values.pop("lcy_code", ""), **values)


class PostingGroups:
    """The posting groups of rows whose map names none."""

    def __init__(self) -> None:
        self._customer = cache(setup.new_customer_defaults)
        self._item = cache(setup.new_item_defaults)

    def of(self, model: type[models.Model], values: Mapping[str, Any]) -> dict[str, UUID]:
        """Return the ids of the groups that the row lacks, by column."""
        groups = self._usual(model, values)
        return {
            f"{name}_id": group.pk
            for name, group in groups.items()
            if group is not None and f"{name}_id" not in values
        }

    def _usual(self, model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
        if model is Customer:
            return self._customer(values.get("country", ""))
        if model is Item:
            return self._item(values.get("type", "inventory"))
        if model is Resource:
            return self._item("service")
        return {}
