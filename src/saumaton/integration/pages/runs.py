"""Integration Synch. Jobs: the log of runs, and what each of them did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from saumaton.integration import runs
from saumaton.integration.models import JournalEntry, Run, RunMapping
from saumaton.integration.pages.captions import INTEGRATE, SUITE, TABLES
from saumaton.integration.values import from_text
from saumaton.pages import registry
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource

SHOWN = 200
WRITES = ("created_erp", "created_crm", "updated_erp", "updated_crm", "deleted_erp", "deleted_crm")


def counted(name: str) -> Any:
    def computed(rows: Sequence[Run]) -> Mapping[Any, Any]:
        sums: Counter[UUID] = Counter()
        for run, *numbers in RunMapping.objects.filter(run__in=rows).values_list(
            "run_id", *_SUMS[name]
        ):
            sums[run] += sum(numbers)
        return {row.pk: sums[row.pk] or row.counters.get(name, 0) for row in rows}

    return computed


_SUMS = {"done": ("done",), "writes": WRITES, "held": ("held",), "refused": ("refused",)}

SOURCE = OrmSource(
    Run,
    search=("actor", "reason"),
    order="-created_at",
    code="id",
    page="synchronisation_job",
    computed={name: counted(name) for name in _SUMS},
    fields=(
        Field("done", _("Records"), "integer"),
        Field("writes", _("Written"), "integer"),
        Field("held", _("Held"), "integer"),
        Field("refused", _("Refused"), "integer"),
    ),
)

registry.add(
    ListPage(
        "synchronisation_job",
        _("Integration Synch. Jobs"),
        SOURCE,
        columns=("created_at", "kind", "state", "done", "writes", "held", "refused", "actor"),
        more=("started_at", "finished_at", "reason"),
        filters=("kind", "state"),
        views=(
            View("failed", _("Failed"), {"state": "failed"}),
            View("running", _("Running"), {"state": "running"}),
        ),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
        card="synchronisation_job",
    ),
)


class JobCard(CardPage):
    """A job opens in its own window, which follows it while it runs."""

    def address_of(self, key: str) -> str:
        return reverse("integration:run", args=[key])


registry.add(
    JobCard(
        "synchronisation_job",
        _("Integration Synch. Job"),
        SOURCE,
        sections=(Section(_("General"), ("kind", "state", "created_at", "actor", "reason")),),
        title=("kind",),
        creatable=False,
        deletable=False,
        right=INTEGRATE,
    )
)


@signed_in
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a run, its counters and its operations; a part of it, refreshed, to htmx."""
    demand(request, INTEGRATE)
    run = get_object_or_404(Run, pk=id)
    part = getattr(request, "htmx", False)
    return render(
        request,
        "integration/_progress.html" if part else "integration/run.html",
        progress(run) | {"entries": _entries(run, request), "chosen": request.GET.get("mapping")},
    )


def progress(run: Run) -> dict[str, Any]:
    """Return what shows how far a run is."""
    lines = list(run.mappings.all())
    for line in lines:
        line.erp_caption, line.crm_caption = TABLES.get(line.name, (line.name, ""))  # type: ignore[attr-defined]
        line.writes = sum(getattr(line, name) for name in WRITES)  # type: ignore[attr-defined]
    return {
        "run": run,
        "lines": lines,
        "live": run.state in runs.LIVE,
        "total": sum(line.total for line in lines) or run.counters.get("total", 0),
        "done": sum(line.done for line in lines) or run.counters.get("done", 0),
    }


def _entries(run: Run, request: HttpRequest) -> list[JournalEntry]:
    entries = JournalEntry.objects.filter(run=run).order_by("mapping", "number")
    if name := request.GET.get("mapping"):
        entries = entries.filter(mapping=name)
    else:
        entries = entries.filter(ending__in=("held", "refused", "again", "busy"))
    found = list(entries[:SHOWN])
    for entry in found:
        entry.changes = changes_of(entry)  # type: ignore[attr-defined]
    return found


def changes_of(entry: JournalEntry) -> list[tuple[str, object, object]]:
    """Return field, old and new value of each change an operation makes."""
    before, after = from_text(entry.before), from_text(entry.after)
    return [
        (name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value
    ]


@signed_in
@require_POST
def act(request: HttpRequest, id: UUID, action: str) -> HttpResponse:
    """Cancel or undo a run, or start one that was planned."""
    demand(request, INTEGRATE)
    run = get_object_or_404(Run, pk=id)
    match action:
        case "cancel":
            runs.cancel(run)
        case "undo":
            run = runs.undo(run, str(request.user))
        case "start":
            chosen = request.POST.getlist("mapping") or list(
                run.mappings.values_list("name", flat=True)
            )
            runs.start_planned(run, chosen)
            return HttpResponseRedirect(reverse("integration:review"))
        case _:
            return HttpResponse(now("There is no such action."), status=404)
    return HttpResponseRedirect(reverse("integration:run", args=[run.pk]))
