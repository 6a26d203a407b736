"""CRM sales orders: which were taken, which were not and why; take what waits."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.models import Document
from saumaton.integration.pages.captions import INTEGRATE, SUITE
from saumaton.integration.reasons import sentence
from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done, Stop
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage, View
from saumaton.pages.orm import OrmSource


def reasons(rows: Sequence[Document]) -> Mapping[Any, Any]:
    return {
        row.pk: " ".join(sentence(code, values) for code, values in row.reasons) for row in rows
    }


SOURCE = OrmSource(
    Document,
    search=("crm_number", "erp_number"),
    order="crm_number",
    code="crm_number",
    page="crm_document",
    computed={"why": reasons},
    fields=(Field("why", _("Reasons")),),
    narrow=lambda rows: rows.filter(kind=Document.Kind.ORDER),
)


def create(call: Call) -> Done | Stop:
    """Take the chosen orders, or all that wait, into Financials."""
    chosen = Document.objects.filter(pk__in=call.keys, erp_id__isnull=True)
    ids = list(chosen.values_list("crm_id", flat=True))
    if call.keys and not ids:
        return Stop(_("These orders are in Financials already."))
    return _started(lambda connection, actor: runs.convert_orders(connection, ids, actor), call)


def invoices(call: Call) -> Done | Stop:
    return _started(runs.send_invoices, call)


def _started(start: Any, call: Call) -> Done | Stop:
    try:
        run = start(enabled_connection(), str(call.request.user))
    except NotConnected as problem:
        return Stop(str(problem))
    return Done(_("The job runs in the background."), f"/integration/jobs/{run.pk}/")


registry.add(
    ListPage(
        "crm_order",
        _("Sales Orders from the CRM"),
        SOURCE,
        columns=("crm_number", "state", "erp_number", "crm_total", "erp_total", "why"),
        more=("changed_at",),
        filters=("state",),
        views=(View("refused", _("Refused"), {"state": "refused"}),),
        actions=(
            Action(
                "create",
                _("Create in Financials"),
                create,
                right=INTEGRATE,
                on=("page", "list"),
                prominent=True,
            ),
            Action(
                "invoices", _("Send Invoices to the CRM"), invoices, right=INTEGRATE, on=("page",)
            ),
        ),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
    )
)
