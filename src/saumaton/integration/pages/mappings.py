"""Integration Table Mappings: which tables and fields are synchronised, and how far they are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Coupling, Pending, RunMapping
from saumaton.integration.pages.captions import (
    INTEGRATE,
    SUITE,
    TABLES,
    TO_BOTH,
    TO_CRM,
    TO_ERP,
)
from saumaton.integration.planning import in_order
from saumaton.pages import registry
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.registry import Window
from saumaton.sync.model import Lookup, Mapping, Side

registry.add(
    Window(
        "integration_table_mappings",
        _("Integration Table Mappings"),
        reverse_lazy("integration:mappings"),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
        order=30,
    )
)


@dataclass(frozen=True)
class Line:
    """A mapping as the window shows it."""

    name: str
    erp: object
    crm: object
    direction: object
    coupled: int
    pending: int
    needs: tuple[str, ...]
    last: RunMapping | None


def direction(mapping: Mapping) -> object:
    sides = frozenset().union(*(field.flow for field in mapping.fields))
    return flow_caption(sides)


def flow_caption(sides: frozenset[Side]) -> object:
    if sides == frozenset(Side):
        return TO_BOTH
    return TO_CRM if Side.CRM in sides else TO_ERP


def lines() -> list[Line]:
    """Return the mappings in the order in which they depend on each other."""
    coupled = dict(
        Coupling.objects.filter(base_erp__isnull=False).values_list("mapping").annotate(Count("id"))
    )
    pending = dict(Pending.objects.values_list("mapping").annotate(Count("id")))
    found = []
    for name in in_order(MAPPINGS):
        mapping = MAPPINGS[name]
        needs = {f.to for f in mapping.fields if isinstance(f, Lookup) and not f.late}
        found.append(
            Line(
                name,
                *TABLES[name],
                direction=direction(mapping),
                coupled=coupled.get(name, 0),
                pending=pending.get(name, 0),
                needs=tuple(sorted(needs)),
                last=RunMapping.objects.filter(name=name).order_by("-run__created_at").first(),
            )
        )
    return found


@signed_in
def show(request: HttpRequest) -> HttpResponse:
    demand(request, INTEGRATE)
    return render(request, "integration/mappings.html", {"lines": lines()})


@signed_in
def fields(request: HttpRequest, name: str) -> HttpResponse:
    """Show the fields of a mapping: both names, the direction, and what a lookup points at."""
    demand(request, INTEGRATE)
    if name not in MAPPINGS:
        raise Http404(name)
    mapping = MAPPINGS[name]
    shown: list[dict[str, Any]] = [
        {
            "erp": f.erp,
            "crm": f.crm,
            "direction": flow_caption(f.flow),
            "to": getattr(f, "to", ""),
            "late": getattr(f, "late", False),
        }
        for f in mapping.fields
    ]
    captions = TABLES[name]
    values = {"mapping": mapping, "fields": shown, "erp": captions[0], "crm": captions[1]}
    return render(request, "integration/fields.html", values)


@signed_in
@require_POST
def synchronise(request: HttpRequest) -> HttpResponse:
    """Synchronize Modified Records: of the mappings chosen, or of all."""
    demand(request, INTEGRATE)
    chosen = [name for name in request.POST.getlist("mapping") if name in MAPPINGS]
    try:
        run = runs.synchronise(enabled_connection(), chosen or list(MAPPINGS), str(request.user))
    except NotConnected:
        return HttpResponseRedirect(reverse("integration:connection"))
    return HttpResponseRedirect(reverse("integration:run", args=[run.pk]))
