"""Entities of documents that are not posted yet, and of their lines."""

from typing import Any

from django.db.models import Q

from saumaton.financials import models
from saumaton.financials.api.entities.document_shapes import (
    LINE_NAVIGATIONS,
    document_navigations,
)
from saumaton.financials.api.entities.document_writing import (
    create_document,
    create_line,
    delete_document,
    delete_line,
    update_document,
    update_line,
)
from saumaton.financials.api.entity import Entity, Navigation, Property
from saumaton.users.permissions import Right


def line_entity(
    name: str, type: str, document: str, properties: tuple[Property, ...], document_type: str
) -> Entity:
    """Return the entity of the lines of documents of one type."""
    return Entity(
        name,
        type,
        models.SalesLine,
        properties,
        {**LINE_NAVIGATIONS, document: Navigation(f"{document}s", "header_id")},
        only=Q(header__document_type=document_type),
        order="line_number",
        create=create_line(document_type),
        update=update_line,
        delete=delete_line,
        right=Right.EDIT_SALES,
        needs_filter="documentId",
    )


def document_entity(
    name: str, type: str, document_type: str, lines_entity: Entity, **options: Any
) -> Entity:
    """Return the entity of documents of one type, made together with such lines."""
    lines = f"{type}Lines"
    return Entity(
        name,
        type,
        models.SalesHeader,
        navigations=document_navigations(lines),
        table="sales_header",
        only=Q(document_type=document_type),
        create=create_document(document_type, lines, lines_entity),
        update=update_document,
        delete=delete_document,
        right=Right.EDIT_SALES,
        **options,
    )
