"""CRM Connection Setup: the connection as it stands, and the same tasks as the guide by hand."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from saumaton.integration.models import Connection, Coupling, Pending, Run
from saumaton.integration.pages.captions import INTEGRATE, SUITE
from saumaton.integration.setup import Unusable, connect, test
from saumaton.pages import registry
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.registry import Window

registry.add(
    Window(
        "crm_connection_setup",
        _("CRM Connection Setup"),
        reverse_lazy("integration:connection"),
        group="integration",
        right=INTEGRATE,
        experience=SUITE,
        order=10,
    )
)


@signed_in
def show(request: HttpRequest) -> HttpResponse:
    demand(request, INTEGRATE)
    return _render(request)


def _render(request: HttpRequest, good: object = "", bad: object = "") -> HttpResponse:
    connection = Connection.objects.order_by("-enabled", "-created_at").first()
    values = {
        "connection": connection,
        "couplings": Coupling.objects.filter(base_erp__isnull=False).count(),
        "pending": Pending.objects.count(),
        "latest": Run.objects.all()[:5],
        "good": good,
        "bad": bad,
    }
    return render(request, "integration/connection.html", values)


@signed_in
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """Test the connection, switch it on or off."""
    demand(request, "administer" if action != "test" else INTEGRATE)
    connection = Connection.objects.order_by("-enabled", "-created_at").first()
    if connection is None:
        return HttpResponseRedirect(reverse("integration:connection"))
    try:
        match action:
            case "test":
                test(connection)
                return _render(request, good=_("The CRM answers, and all is as it should be."))
            case "enable":
                connect(connection, connection.order_integration)
            case "disable":
                connection.enabled = False
                connection.save(update_fields=["enabled"])
    except Unusable as problem:
        return _render(request, bad=str(problem))
    return HttpResponseRedirect(reverse("integration:connection"))
