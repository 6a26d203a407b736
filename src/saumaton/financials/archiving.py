"""Documents that leave the books are kept as they were."""

import json
from typing import Any
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone

from saumaton.financials.models import SalesArchive, SalesHeader


def archive(document: SalesHeader) -> SalesArchive:
    """Keep the document with its lines as it is now; a number may have many versions."""
    earlier = SalesArchive.objects.filter(
        document_type=document.document_type, number=document.number
    )
    content = {
        "header": _values(document),
        "lines": [_values(line) for line in document.lines.all()],
    }
    return SalesArchive.objects.create(
        id=uuid4(),
        document_type=document.document_type,
        number=document.number,
        version=earlier.count() + 1,
        document_id=document.pk,
        customer_id=document.customer_id,
        archived_at=timezone.now(),
        content=json.loads(json.dumps(content, cls=DjangoJSONEncoder)),
    )


def _values(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
