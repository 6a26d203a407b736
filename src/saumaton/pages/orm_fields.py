"""What a Django model says of its fields, in the words of the windows."""

import re
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from saumaton.pages.fields import Field, Reference

KINDS: tuple[tuple[type[Any], str], ...] = (
    (models.EmailField, "email"),
    (models.URLField, "url"),
    (models.TextField, "multiline"),
    (models.CharField, "text"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.BooleanField, "boolean"),
    (models.DecimalField, "decimal"),
    (models.IntegerField, "integer"),
)
QUANTITIES = ("quantity", "volume", "weight", "reorder_point", "capacity", "stock", "inventory")


def find_field(model: type[models.Model], name: str) -> Any:
    """Return a model's field, also one reached over relations by `__`."""
    found: Any = None
    for part in name.split("__"):
        try:
            found = model._meta.get_field(part)
        except FieldDoesNotExist:
            raise FieldDoesNotExist(f"{model.__name__} has no field “{name}”.") from None
        if found.is_relation:
            model = found.related_model
    return found


def described(model: type[models.Model], name: str) -> Field:
    """Return the field as a window shows it."""
    field = find_field(model, name)
    lookup = snake_case(field.related_model.__name__) if field.is_relation else ""
    parent = find_field(model, name.rsplit("__", 1)[0]) if "__" in name else field
    captioned = parent if "__" in name else field
    return Field(
        name=name,
        caption=capitalised(captioned.verbose_name),
        kind=kind_of(field),
        readonly="__" in name or not field.editable,
        required=not (field.blank or field.null or field.has_default()),
        choices=tuple(field.choices or ()),
        lookup=lookup,
        help=field.help_text,
        maximum_length=getattr(field, "max_length", None),
        sortable=not field.is_relation,
        initial=field.get_default() if field.has_default() else None,
    )


def capitalised(text: Any) -> Any:
    """Return the text with a capital, translated only when it is shown."""
    from django.utils.functional import lazystr
    from django.utils.text import capfirst

    return capfirst(text) if not isinstance(text, str) else lazystr(capfirst(text))


def kind_of(field: Any) -> str:
    if field.is_relation:
        return "lookup"
    if field.choices:
        return "choice"
    if isinstance(field, models.DecimalField):
        return decimal_kind(field.name)
    if isinstance(field, models.CharField) and ("phone" in field.name or field.name == "fax"):
        return "phone"
    return next((kind for model_field, kind in KINDS if isinstance(field, model_field)), "text")


def decimal_kind(name: str) -> str:
    """Return what a decimal is a number of, told by its name."""
    if "percent" in name:
        return "percent"
    if name.endswith(("unit_price", "unit_cost", "factor")) or "rate_amount" in name:
        return "price"
    if any(word in name for word in QUANTITIES):
        return "quantity"
    return "money"


def code_field(model: type[models.Model]) -> str:
    """Return the name of the business key of a model."""
    for name in ("number", "code", "entry_number", "username", "name"):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return name
    return "pk"


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def reference(row: Any, page: str = "") -> Reference:
    code = str(getattr(row, code_field(type(row)), row.pk))
    name = next(
        (getattr(row, a) for a in ("name", "description", "full_name") if hasattr(row, a)), ""
    )
    return Reference(str(row.pk), code, str(name), page or snake_case(type(row).__name__))


def value_of(row: Any, name: str) -> Any:
    for part in name.split("__"):
        if row is None:
            return None
        row = getattr(row, part)
    return reference(row) if isinstance(row, models.Model) else row
