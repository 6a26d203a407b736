"""What the integration hangs on the lists and cards of Financials."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.couple import Unsuitable, couple, part
from saumaton.integration.pages.captions import INTEGRATE, PAGES, SUITE
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.fields import Field
from saumaton.sync.model import Side
from saumaton.sync.ports import Busy, Misconfigured

Run = Callable[[Call], Done | Stop]


def answered(run: Run) -> Run:
    """Say what is wrong with the connection instead of failing."""

    def carried_out(call: Call) -> Done | Stop:
        try:
            return run(call)
        except (NotConnected, Unsuitable, Busy, Misconfigured) as problem:
            return Stop(str(problem))

    return carried_out


def synchronise(mapping: str) -> Run:
    @answered
    def run(call: Call) -> Done | Stop:
        ids = [UUID(key) for key in call.keys]
        started = runs.synchronise_records(
            enabled_connection(), mapping, Side.ERP, ids, str(call.request.user)
        )
        return Done(
            _("The chosen records are synchronised in the background."),
            reverse("integration:run", args=[started.pk]),
        )

    return run


def set_up_coupling(mapping: str) -> Run:
    @answered
    def run(call: Call) -> Done | Stop:
        connection, id = enabled_connection(), UUID(call.key)
        leader = Side(call.values["leader"])
        couple(connection, mapping, id, call.values["crm_name"], leader)
        runs.synchronise_records(connection, mapping, Side.ERP, [id], str(call.request.user))
        return Done(
            _("Coupled. The two are brought into step in the background."),
            reverse("integration:coupling", args=[mapping, id]),
        )

    return run


def delete_coupling(mapping: str) -> Run:
    @answered
    def run(call: Call) -> Done | Stop:
        count = part(enabled_connection(), mapping, [UUID(key) for key in call.keys])
        if not count:
            return Stop(_("None of them is coupled."))
        return Done(
            ngettext("%(count)s coupling deleted.", "%(count)s couplings deleted.", count)
            % {"count": count}
        )

    return run


LEADERS = ((Side.ERP.value, _("Use the data of Financials")), (Side.CRM.value, _("Use CRM data")))

for _mapping, _page in PAGES.items():
    registry.hang(
        _page,
        Action(
            "synchronise",
            _("Synchronize Now"),
            synchronise(_mapping),
            right=INTEGRATE,
            experience=SUITE,
            group="crm",
        ),
        Action(
            "coupling",
            _("Coupling"),
            right=INTEGRATE,
            experience=SUITE,
            group="crm",
            on=("card",),
            address=lambda record, name=_mapping: reverse(  # type: ignore[misc]
                "integration:coupling", args=[name, record.key]
            ),
        ),
        Action(
            "set_up_coupling",
            _("Set Up Coupling"),
            set_up_coupling(_mapping),
            right=INTEGRATE,
            experience=SUITE,
            group="crm",
            on=("card",),
            fields=(
                Field("crm_name", _("Name or number in the CRM"), required=True),
                Field("leader", _("Where both hold a value"), "choice", choices=LEADERS),
            ),
        ),
        Action(
            "delete_coupling",
            _("Delete Coupling"),
            delete_coupling(_mapping),
            right=INTEGRATE,
            experience=SUITE,
            group="crm",
            confirm=_("Both records stay as they are, and nothing flows between them any more."),
        ),
    )
