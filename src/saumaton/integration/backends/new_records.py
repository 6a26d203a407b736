"""What Financials adds to records that come from the CRM: numbers, posting groups, names."""

from collections.abc import Sequence
from uuid import UUID

from saumaton.financials import models as erp
from saumaton.financials.errors import Refused
from saumaton.financials.numbers import next_numbers
from saumaton.financials.setup import new_customer_defaults
from saumaton.integration import rows

from .orm import Record


def customers(records: list[Record]) -> None:
    """Number new customers, and give them the posting groups of their country."""
    for record, number in zip(records, _numbers("customer_numbers", len(records)), strict=True):
        record["number"] = number
        groups = new_customer_defaults(str(record.get("country") or ""))
        record.update({name: group and group.pk for name, group in groups.items()})


def contacts(records: list[Record]) -> None:
    """Number new contacts; they are persons, and belong to their customer's company contact."""
    companies = dict(
        erp.Contact.objects.filter(
            type="company", customer__in=[r["customer"] for r in records if r.get("customer")]
        ).values_list("customer", "pk")
    )
    for record, number in zip(records, _numbers("contact_numbers", len(records)), strict=True):
        record["number"] = number
        record["type"] = "person"
        record["company"] = companies.get(record.get("customer"))  # type: ignore[call-overload]


def name_contacts(ids: Sequence[UUID]) -> None:
    """A person's name is made of its parts."""
    found = erp.Contact.objects.filter(pk__in=ids, type="person")
    parts = found.values_list("pk", "name", "first_name", "middle_name", "surname")
    renamed = [
        (name[:100], pk)
        for pk, before, *words in parts
        if (name := " ".join(filter(None, words))) and name != before
    ]
    rows.update(erp.Contact, ("name",), renamed, key=("id",))


def _numbers(series: str, count: int) -> list[str]:
    setup = erp.SalesSetup.objects.select_related(series).first()
    chosen = getattr(setup, series, None)
    if chosen is None:
        raise Refused(f"Sales & Receivables Setup names no series for {series.replace('_', ' ')}.")
    return next_numbers(chosen.code, count)
