"""Web services: what is published over OData, switched on and off by an administrator."""

from collections.abc import Callable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.financials.models.web_service import WebService
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Section
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource


def switched(published: bool) -> Callable[[Call], Done]:
    """Return the action that publishes the chosen services, or takes them off."""

    def run(call: Call) -> Done:
        WebService.objects.filter(pk__in=call.keys).update(published=published)
        return Done(gettext("Published.") if published else gettext("No longer published."))

    return run


SERVICES = OrmSource(WebService, search=("service_name",), order="service_name")
COLUMNS = ("service_name", "object_type", "object_id", "published")

registry.add(
    ListPage(
        name="web_service",
        caption=_("Web Services"),
        source=SERVICES,
        columns=COLUMNS,
        filters=("object_type", "published"),
        views=(View("published", _("Published"), {"published": "1"}),),
        actions=(
            Action("publish", _("Publish"), switched(True), right="administer", on=("list",)),
            Action("unpublish", _("Unpublish"), switched(False), right="administer", on=("list",)),
        ),
        group="administration",
        right="administer",
        place=20,
    ),
    CardPage(
        name="web_service",
        caption=_("Web Service"),
        source=SERVICES,
        title=("service_name",),
        sections=(Section(_("General"), COLUMNS),),
        right="administer",
        edit_right="administer",
        creatable=False,
        deletable=False,
    ),
)
