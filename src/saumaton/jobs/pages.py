"""Job Queue Entries: recurring work, when it is due, and whether it is on hold."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saumaton.jobs.models import Schedule
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource

RIGHT = "edit setup"
SOURCE = OrmSource(Schedule, search=("name",), order="name", code="name", page="schedule")


def run_now(call: Call) -> Done:
    """Let the chosen entries be due at once."""
    Schedule.objects.filter(pk__in=call.keys).update(due_at=timezone.now(), on_hold=False)
    return Done(_("It starts within a few seconds."))


registry.add(
    ListPage(
        "schedule",
        _("Job Queue Entries"),
        SOURCE,
        columns=("name", "minutes", "due_at", "on_hold"),
        actions=(Action("run_now", _("Run Now"), run_now, right=RIGHT),),
        group="administration",
        right=RIGHT,
    ),
    CardPage(
        "schedule",
        _("Job Queue Entry"),
        SOURCE,
        sections=(
            Section(
                _("General"),
                (Field("name", readonly=True), "minutes", "due_at", "on_hold"),
            ),
        ),
        title=("name",),
        actions=(Action("run_now", _("Run Now"), run_now, right=RIGHT, on=("card",)),),
        right=RIGHT,
        edit_right=RIGHT,
        creatable=False,
        deletable=False,
    ),
)
