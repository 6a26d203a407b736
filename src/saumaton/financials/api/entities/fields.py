"""Properties that many entities share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Expression

from saumaton.financials import models
from saumaton.financials.api.entity import Property
from saumaton.financials.api.kinds import Day, Guid, Kind, Moment, Number, Text

ID = Property("id", Guid(), "pk", sets="id")
OWN_ID = Property("id", Guid(), "pk", writable=True, sets="id")
MODIFIED = Property("lastModifiedDateTime", Moment(), "changed_at")


def text(name: str, source: str, length: int, **options: Any) -> Property:
    return Property(name, Text(length), source, **{"writable": True, **options})


def code(name: str, source: str, length: int, **options: Any) -> Property:
    return Property(name, Text(length, code=True), source, **{"writable": True, **options})


def plain(name: str, kind: Kind, source: str, **options: Any) -> Property:
    return Property(name, kind, source, **{"writable": True, **options})


def computed(name: str, kind: Kind, compute: Any) -> Property:
    return Property(name, kind, compute=compute)


def reference(name: str, field: str, model: type[models.Salesperson] | Any) -> Property:
    """A reference by id."""
    return Property(name, Guid(), f"{field}_id", writable=True, refers=model)


def coded(name: str, field: str, model: Any, by: str = "code", length: int = 20) -> Property:
    """A reference by code or number."""
    return Property(
        name,
        Text(length, code=True),
        f"{field}__{by}",
        writable=True,
        refers=model,
        by=by,
        sets=f"{field}_id",
    )


def currency_code(**options: Any) -> Property:
    """The currency's code; the local currency's where there is none."""
    return Property(
        "currencyCode",
        LocalOr(),
        "",
        compute=_currency_codes,
        **{
            "writable": True,
            "refers": models.Currency,
            "by": "code",
            "sets": "currency_id",
            **options,
        },
    )


class LocalOr(Text):
    """A currency code whose local one means none."""

    def __init__(self) -> None:
        super().__init__(10, code=True)

    def parsed(self, value: Any, name: str) -> Any:
        code = super().parsed(value, name)
        return "" if code == local_currency() else code


def local_currency() -> str:
    return models.GeneralLedgerSetup.objects.values_list("lcy_code", flat=True).first() or ""


def _currency_codes(records: Sequence[Any]) -> Mapping[UUID, str]:
    local = local_currency()
    codes = dict(models.Currency.objects.values_list("pk", "code"))
    return {record.pk: codes.get(record.currency_id, local) for record in records}


ADDRESS = (
    ("AddressLine1", "address", 100, False),
    ("AddressLine2", "address_2", 50, False),
    ("City", "city", 30, False),
    ("Country", "country", 10, True),
    ("State", "county", 30, False),
    ("PostCode", "post_code", 20, True),
)


def address(api: str, model: str, *, writable: bool) -> Iterator[Property]:
    """The address block of a document: `sellToCity` from `sell_to_city` and so on."""
    for name, source, length, is_code in ADDRESS:
        kind = Text(length, code=is_code)
        yield Property(f"{api}{name}", kind, f"{model}_{source}", writable=writable)


def quantity(name: str, source: str, **options: Any) -> Property:
    return plain(name, Number(), source, **options)


def shown(name: str, source: str | Expression, kind: Kind | None = None) -> Property:
    """A read-only amount, or another kind of value."""
    return Property(name, kind or Number(), source)


def day(name: str, source: str, *, writable: bool = True) -> Property:
    return Property(name, Day(), source, writable=writable)
