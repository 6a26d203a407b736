"""CRM Full Synch. Review: the plan of everything before anything is written, Start, progress."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.models import JournalEntry, Run, RunMapping
from saumaton.integration.pages.captions import INTEGRATE, SUITE
from saumaton.integration.pages.runs import progress
from saumaton.pages import registry
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.registry import Window

registry.add(
    Window(
        "full_synch_review",
        _("CRM Full Synch. Review"),
        reverse_lazy("integration:review"),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
        words=_("Run Full Synchronization"),
        order=20,
    )
)


@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """Show the latest full synchronisation: as a plan, under way, or ended."""
    demand(request, INTEGRATE)
    run = Run.objects.filter(kind=Run.Kind.FULL).first()
    values = progress(run) if run else {"run": None, "lines": []}
    if run and run.state in (Run.State.READY, Run.State.PLANNED):
        _plan(run, values["lines"])
    part = getattr(request, "htmx", False)
    template = "integration/_review.html" if part else "integration/review.html"
    return render(request, template, values)


def _plan(run: Run, lines: list[RunMapping]) -> None:
    """Tell each mapping what its plan would do, and what is recommended."""
    planned = JournalEntry.objects.filter(run=run, ending="").order_by()
    counts: dict[tuple[str, str, str], int] = {
        (mapping, verb, side): number
        for mapping, verb, side, number in planned.values_list("mapping", "verb", "side").annotate(
            Count("id")
        )
    }
    for line in lines:
        for verb in ("create", "update", "delete"):
            for side in ("erp", "crm"):
                setattr(line, f"{verb}_{side}", counts.get((line.name, verb, side), 0))
        line.settle = counts.get((line.name, "settle", ""), 0)  # type: ignore[attr-defined]
        line.hold = counts.get((line.name, "hold", ""), 0)  # type: ignore[attr-defined]
        line.recommendation = _recommendation(line)  # type: ignore[attr-defined]


def _recommendation(line: RunMapping) -> object:
    if line.alarms:
        return _("Look first: it would change many records")
    if not line.total:
        return _("Nothing to synchronise now")
    if (
        getattr(line, "settle", 0)
        or getattr(line, "update_crm", 0)
        or getattr(line, "update_erp", 0)
    ):
        return _("Couple what is found equal, and synchronise")
    return _("Full synchronisation")


@signed_in
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Plan anew."""
    demand(request, INTEGRATE)
    try:
        runs.plan_everything(enabled_connection(), str(request.user))
    except NotConnected:
        return HttpResponseRedirect(reverse("integration:connection"))
    return HttpResponseRedirect(reverse("integration:review"))
