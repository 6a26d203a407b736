"""The kinds of value that ERP fields hold.

SQLite keeps a decimal as a number of 15 significant digits, so no decimal here has more: what is
written reads back the same on both databases.
"""

import uuid
from decimal import Decimal
from typing import Any

from django.db import models

ZERO = Decimal(0)


class CodeField(models.CharField):
    """Text that identifies: kept trimmed and in upper case, however it was typed."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().upper() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class Record(models.Model):
    """A row with an id that is never used again and means nothing to a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def text(label: Any, length: int, **options: Any) -> models.CharField:
    return models.CharField(label, max_length=length, blank=True, default="", **options)


def code(label: Any, length: int, **options: Any) -> CodeField:
    return CodeField(label, max_length=length, blank=True, default="", **options)


def key(label: Any, length: int) -> CodeField:
    """A code or number that must be given and is unique among its kind."""
    return CodeField(label, max_length=length, unique=True)


def amount(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=15, decimal_places=4, default=ZERO, **options)


def price(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=15, decimal_places=5, default=ZERO, **options)


quantity = price
percent = price


def link(to: str, label: Any, **options: Any) -> Any:
    """A reference to another record that may be left empty and that protects what it points at."""
    options.setdefault("related_name", "+")
    to = f"financials.{to}"
    return models.ForeignKey(
        to, models.PROTECT, verbose_name=label, null=True, blank=True, **options
    )


def must(to: str, label: Any, **options: Any) -> Any:
    """A reference to another record that must be given."""
    options.setdefault("related_name", "+")
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(f"financials.{to}", verbose_name=label, **options)


def caption(model: type[models.Model], name: str) -> str:
    """Return what people call a field."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
