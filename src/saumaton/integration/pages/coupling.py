"""A coupled pair side by side: what each holds, what they agreed on, and how it came about."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from saumaton.integration.connections import NotConnected, enabled_connection, tables_of
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Coupling, JournalEntry, Pending
from saumaton.integration.pages.captions import INTEGRATE, PAGES, TABLES
from saumaton.integration.pages.mappings import flow_caption
from saumaton.integration.pages.runs import changes_of
from saumaton.integration.values import from_text
from saumaton.pages import registry
from saumaton.pages.frame import demand, signed_in
from saumaton.sync.model import Row, Side
from saumaton.sync.ports import Busy, Misconfigured

SHOWN = 50


@signed_in
def show(request: HttpRequest, name: str, id: UUID) -> HttpResponse:
    """Compare both records field by field, and list what was done to them."""
    demand(request, INTEGRATE)
    if name not in MAPPINGS:
        raise Http404(name)
    values: dict[str, Any] = {"mapping": name, "problem": ""}
    values["erp_caption"], values["crm_caption"] = TABLES[name]
    try:
        values |= _compared(name, id)
    except (NotConnected, Busy, Misconfigured) as problem:
        values["problem"] = str(problem)
    card = registry.CARDS.get(PAGES.get(name, ""))
    values["card"] = card.address_of(str(id)) if card else ""
    return render(request, "integration/coupling.html", values)


def _compared(name: str, id: UUID) -> dict[str, Any]:
    connection, mapping = enabled_connection(), MAPPINGS[name]
    tables = tables_of(connection, name)
    coupling = Coupling.objects.filter(connection=connection, mapping=name, erp_id=id).first()
    ours = next(iter(tables[Side.ERP].fetch([id])), None)
    theirs = next(iter(tables[Side.CRM].fetch([coupling.crm_id])), None) if coupling else None
    base_erp = from_text(coupling.base_erp or "") if coupling else {}
    base_crm = from_text(coupling.base_crm or "") if coupling else {}
    fields = []
    for field in mapping.fields:
        here, there = _held(ours, field.erp), _held(theirs, field.crm)
        fields.append(
            {
                "erp": field.erp,
                "crm": field.crm,
                "direction": flow_caption(field.flow),
                "here": here,
                "there": there,
                "agreed": base_erp.get(field.erp),
                "moved_here": bool(coupling) and here != base_erp.get(field.erp),
                "moved_there": bool(coupling) and there != base_crm.get(field.crm),
            }
        )
    entries = JournalEntry.objects.filter(mapping=name, erp_id=id).exclude(ending="")
    history = list(entries.select_related("run").order_by("-run__created_at", "-number")[:SHOWN])
    for entry in history:
        entry.changes = changes_of(entry)  # type: ignore[attr-defined]
    return {
        "coupling": coupling,
        "connection": connection,
        "crm_table": mapping.crm_table,
        "fields": fields,
        "history": history,
        "pending": Pending.objects.filter(connection=connection, mapping=name, record=id).first(),
    }


def _held(row: Row | None, name: str) -> object:
    return row.values.get(name) if row else None
