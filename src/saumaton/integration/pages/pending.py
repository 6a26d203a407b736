"""Pending and conflicts: every record that is not in step, why, and what resolves it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.models import Pending
from saumaton.integration.pages.captions import INTEGRATE, SUITE, TABLES
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource

REMEDIES = {
    "waiting": _("Couple what it points at; it then goes by itself."),
    "later": _("It goes by itself as soon as its counterpart is coupled."),
    "disputed": _("It was edited on both sides: make one side like the other, and try again."),
    "ambiguous": _("Several records could be its counterpart: tell them apart, or couple by hand."),
    "deleted": _("It was deleted on one side: restore it there, or delete the coupling."),
    "unfit": _("A value has no equal on the other side: change it, or add it there."),
    "refused": _("The other side refused it: correct the value and try again."),
    "again": _("It changed meanwhile; the next run takes it."),
    "busy": _("The other side was busy; the next run takes it."),
}


def remedies(rows: Sequence[Pending]) -> Mapping[Any, Any]:
    return {row.pk: REMEDIES.get(row.cause) or REMEDIES.get(row.ending, "") for row in rows}


def records(rows: Sequence[Pending]) -> Mapping[Any, Any]:
    """Name the record as its own side does, where Financials can be asked cheaply."""
    return {row.pk: f"{row.side.upper()} {row.record}" for row in rows}


def tables(rows: Sequence[Pending]) -> Mapping[Any, Any]:
    return {row.pk: TABLES[row.mapping][0 if row.side == "erp" else 1] for row in rows}


SOURCE = OrmSource(
    Pending,
    search=("mapping", "reason"),
    order="mapping",
    code="mapping",
    page="pending",
    computed={"remedy": remedies, "table": tables, "who": records},
    fields=(
        Field("remedy", _("What resolves it")),
        Field("table", _("Table")),
        Field("who", _("Record")),
    ),
)


def retry(call: Call) -> Done | Stop:
    """Look at the chosen records again, with all others of their mappings that wait."""
    names = Pending.objects.filter(pk__in=call.keys).values_list("mapping", flat=True).distinct()
    try:
        run = runs.synchronise(enabled_connection(), list(names), str(call.request.user))
    except NotConnected as problem:
        return Stop(str(problem))
    return Done(_("They are tried again in the background."), f"/integration/jobs/{run.pk}/")


registry.add(
    ListPage(
        "pending",
        _("Pending and conflicts"),
        SOURCE,
        columns=("mapping", "table", "reason", "remedy", "since"),
        more=("who", "ending", "cause"),
        filters=("mapping",),
        views=(
            View("conflicts", _("Conflicts"), {"cause": "disputed"}),
            View("waiting", _("Waiting"), {"cause": "waiting|later"}),
            View("refused", _("Refused"), {"ending": "refused"}),
        ),
        actions=(Action("retry", _("Try Again"), retry, right=INTEGRATE, on=("list",)),),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
    )
)

__all__ = ["REMEDIES", "SOURCE"]
