"""Sales documents and lines from the bodies of requests."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from saumaton.financials import documents, models
from saumaton.financials.api.entity import Entity, Written
from saumaton.financials.api.problem import bad_request, refused
from saumaton.financials.api.writing import written
from saumaton.financials.documents import Draft, DraftLine

NUMBERED = {"item": models.Item, "gl_account": models.GLAccount, "resource": models.Resource}


def create_document(document_type: str, lines: str, lines_entity: Entity) -> Any:
    def create(entity: Entity, wanted: Written) -> Model:
        values = dict(wanted.values)
        customer_id = values.pop("customer_id", None)
        if customer_id is None:
            raise refused(_("customerId or customerNumber must be filled in."))
        discount = values.pop("invoice_discount_amount", Decimal(0))
        drafts = [
            _draft_line(written(lines_entity, child, wanted.user).values)
            for child in wanted.children.get(lines, [])
        ]
        if document_type == "order" and values.get("document_date"):
            values.setdefault("order_date", values["document_date"])
        draft = Draft(
            customer_id=customer_id,
            lines=drafts,
            values=values,
            invoice_discount_amount=discount,
            document_type=document_type,
        )
        return documents.create(draft)

    return create


def update_document(entity: Entity, record: Any, wanted: Written) -> Model:
    values = dict(wanted.values)
    if values.get("customer_id", record.customer_id) != record.customer_id:
        raise refused(_("The customer of a document cannot be changed; make a new document."))
    values.pop("customer_id", None)
    if not values:
        return record
    return documents.change_header(record, **values)


def delete_document(entity: Entity, record: Any) -> None:
    if any(line.quantity_shipped > line.quantity_invoiced for line in record.lines.all()):
        raise refused(
            _("%(document)s cannot be deleted: something is shipped and not invoiced.")
            % {"document": record}
        )
    record.delete()


def _draft_line(values: Mapping[str, Any]) -> DraftLine:
    values = dict(values)
    number = values.pop("object_number", "")
    kind = values.pop("type", None)
    named = [name for name in ("item_id", "gl_account_id") if values.get(name)]
    if len(named) > 1:
        raise refused(_("A line takes itemId or accountId, not both."))
    implied = {"item_id": "item", "gl_account_id": "gl_account"}[named[0]] if named else None
    if kind and implied and kind != implied:
        raise refused(_("lineType contradicts itemId or accountId."))
    kind = kind or implied or ""
    sold = {name: values.pop(name, None) for name in ("item_id", "gl_account_id")}
    sold["resource_id"] = None
    if kind and number and not any(sold.values()):
        sold[f"{kind}_id"] = _by_number(kind, number)
    amounts_given = {"quantity", "unit_price"} & {name for name, value in values.items() if value}
    if not kind and amounts_given:
        raise refused(_("A comment line has no quantity and no price."))
    values.pop("header_id", None)
    return DraftLine(
        type=kind,
        **sold,
        quantity=values.pop("quantity", Decimal(0)),
        unit_price=values.pop("unit_price", None),
        line_discount_amount=values.pop("line_discount_amount", Decimal(0)),
        line_discount_percent=values.pop("line_discount_percent", None),
        description=values.pop("description", None),
        description_2=values.pop("description_2", ""),
        unit_id=values.pop("unit_id", None),
        line_number=values.pop("line_number", None),
        values=values,
    )


def _by_number(kind: str, number: str) -> UUID:
    model: Any = {"item": models.Item, "gl_account": models.GLAccount, "resource": models.Resource}[
        kind
    ]
    id = model._default_manager.filter(number=number).values_list("pk", flat=True).first()
    if id is None:
        raise bad_request(
            _("lineObjectNumber: there is no %(kind)s “%(number)s”.")
            % {"kind": model._meta.verbose_name, "number": number},
            "Internal_InvalidTableRelation",
        )
    return id


def create_line(document_type: str) -> Any:
    def create(entity: Entity, wanted: Written) -> Model:
        id = wanted.values.get("header_id")
        header = models.SalesHeader.objects.filter(pk__in=[id], document_type=document_type).first()
        if header is None:
            raise refused(_("documentId must name a document that is not posted."))
        line = _draft_line(wanted.values)
        if line.line_number and header.lines.filter(line_number=line.line_number).exists():
            raise bad_request(
                _("Line %(number)s exists already.") % {"number": line.line_number},
                "Internal_EntityWithSameKeyExists",
            )
        return documents.add_line(header, line)

    return create


def update_line(entity: Entity, record: Any, wanted: Written) -> Model:
    values = dict(wanted.values)
    for name, attribute in (("sequence", "line_number"), ("documentId", "header_id")):
        if attribute in values and values.pop(attribute) != getattr(record, attribute):
            raise refused(_("%(name)s of a line cannot be changed.") % {"name": name})
    if values.pop("object_number", record.number) != record.number:
        raise refused(_("lineObjectNumber of a line cannot be changed."))
    for name in ("item_id", "gl_account_id", "type"):
        if name in values and values.pop(name) != getattr(record, name):
            raise refused(_("What a line sells cannot be changed; make a new line."))
    return documents.change_line(record, **values) if values else record


def delete_line(entity: Entity, record: Any) -> None:
    documents.remove_line(record)
