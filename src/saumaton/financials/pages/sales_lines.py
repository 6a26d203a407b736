"""The lines of sales documents, edited in place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials import documents
from saumaton.financials.documents import DraftLine
from saumaton.financials.models import SalesHeader, SalesLine
from saumaton.financials.pages.rules import beside_fields
from saumaton.pages import registry
from saumaton.pages.fields import Field, Reference, Text
from saumaton.pages.orm_fields import described, reference, value_of
from saumaton.pages.source import Invalid, Missing, Record

SOLD_PAGES = {"item": "item", "resource": "resource", "gl_account": "gl_account"}
READ_ONLY = ("line_amount", "quantity_shipped", "quantity_invoiced")
SOLD = Field("sold", _("No."), "text", lookup="item")
SHORT = {
    "line_discount_percent": _("Disc. %"),
    "unit": _("Unit"),
    "line_amount": _("Line Amount"),
    "quantity_to_ship": _("To ship"),
    "quantity_shipped": _("Shipped"),
    "quantity_to_invoice": _("To invoice"),
    "quantity_invoiced": _("Invoiced"),
}


class SalesLines:
    """Lines of sales documents; every change goes through the rules of documents."""

    def describe(self, name: str) -> Field:
        if name == "sold":
            return SOLD
        short = Field(name, SHORT.get(name, ""), readonly=name in READ_ONLY)
        # A new line starts empty: what is left empty is taken from what is sold.
        return short.over(replace(described(SalesLine, name), initial=None))

    def lines(self, document: str, fields: Sequence[str]) -> list[Record]:
        rows = SalesLine.objects.filter(header_id=UUID(document)).order_by("line_number")
        return [
            Record(str(row.pk), {name: _value(row, name) for name in fields}, row)
            for row in rows.select_related("item", "resource", "gl_account", "unit")
        ]

    def save(self, document: str, key: str, values: Mapping[str, Any]) -> None:
        header = SalesHeader.objects.get(pk=document)
        line = SalesLine.objects.filter(header=header, pk=key).first()
        with beside_fields():
            sold = _sold(values)
            if line is None:
                documents.add_line(header, _draft(values, sold, UUID(key)))
            elif _is_other(line, values, sold):
                documents.remove_line(line)
                draft = _draft({**values, "unit_price": None, "description": ""}, sold, UUID(key))
                documents.add_line(header, draft)
            else:
                _change(line, values)

    def delete(self, document: str, key: str) -> None:
        line = SalesLine.objects.filter(header_id=UUID(document), pk=key).first()
        if line is None:
            raise Missing(key)
        with beside_fields():
            documents.remove_line(line)

    def totals(self, document: str) -> Sequence[tuple[Text, Any]]:
        header = SalesHeader.objects.get(pk=document)
        lines = sum(line.line_amount for line in header.lines.all())
        discount = header.invoice_discount_amount
        return (
            *(((_("Lines"), lines), (_("Invoice Discount"), -discount)) if discount else ()),
            (_("Amount"), header.amount),
            (_("VAT"), header.amount_including_vat - header.amount),
            (_("Amount Including VAT"), header.amount_including_vat),
        )


def _value(row: SalesLine, name: str) -> Any:
    if name != "sold":
        return value_of(row, name)
    sold = row.item or row.resource or row.gl_account
    return reference(sold) if sold else None


def _sold(values: Mapping[str, Any]) -> Reference | None:
    """Return what the line sells, found among what its type says. Raises `Invalid`."""
    page = SOLD_PAGES.get(values["type"])
    if page is None:
        return None
    text = (values.get("sold") or "").strip()
    if not text:
        raise Invalid({"sold": [gettext("Enter what is sold.")]})
    found = registry.list_page(page).source.find(text)
    if found is None:
        raise Invalid({"sold": [gettext("There is no “%s”.") % text]})
    return found


def _is_other(line: SalesLine, values: Mapping[str, Any], sold: Reference | None) -> bool:
    """Does the line sell something else now than before?"""
    before = line.item_id or line.resource_id or line.gl_account_id
    return line.type != values["type"] or (str(before) if before else "") != (
        sold.key if sold else ""
    )


def _draft(values: Mapping[str, Any], sold: Reference | None, key: UUID) -> DraftLine:
    kind = values["type"]
    what: dict[str, Any] = {f"{kind}_id": UUID(sold.key)} if sold else {}
    return DraftLine(
        type=kind,
        quantity=values.get("quantity") or Decimal(1 if sold else 0),
        unit_price=values.get("unit_price"),
        line_discount_percent=values.get("line_discount_percent"),
        description=values.get("description") or (None if sold else ""),
        unit_id=UUID(values["unit"]) if values.get("unit") else None,
        id=key,
        **what,
    )


def _change(line: SalesLine, values: Mapping[str, Any]) -> None:
    """Change what differs from the line, and nothing else."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if name in ("type", "sold"):
            continue
        field = SalesLine._meta.get_field(name)
        before = getattr(line, field.attname)  # type: ignore[union-attr]
        wanted = UUID(value) if field.is_relation and value else value
        if wanted is None and not field.null:  # type: ignore[union-attr]
            wanted = field.get_default()  # type: ignore[union-attr]
        if wanted != before:
            changed[field.attname] = wanted  # type: ignore[union-attr]
    if changed:
        documents.change_line(line, **changed)
