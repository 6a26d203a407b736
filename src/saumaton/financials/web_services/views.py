"""/ODataV4 over HTTP: what is published answers, the rest does not exist."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from saumaton.financials.api import views
from saumaton.financials.api.batches import answer_batch
from saumaton.financials.api.call import Answer, Call, error
from saumaton.financials.api.dispatch import answer
from saumaton.financials.api.entity import Entity
from saumaton.financials.api.problem import Problem
from saumaton.financials.models import WebService
from saumaton.financials.web_services import availability
from saumaton.financials.web_services.pages import COMPANY, SERVICES
from saumaton.odata.options import parse_query
from saumaton.users.basic import authenticate_basic
from saumaton.users.models import User
from saumaton.users.permissions import Right, may

PREFIX = "/ODataV4"


@csrf_exempt  # every request carries the user's key; no cookie is looked at
def odata(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer one request to the published web services."""
    user = authenticate_basic(request)
    call = views.call_of(
        request, path, user or User(), PREFIX, published(), companies="Company", namespace="NAV"
    )
    if user is None:
        return views.unauthorized(call)
    if problem := views.wrong_type(request):
        return views.sent(error(problem, call), call)
    if path.strip("/") == "$batch" and request.method == "POST":
        return views.sent(answer_batch(call), call)
    return views.sent(_availability(call) or answer(call), call)


def published() -> Mapping[str, Entity]:
    """Return the entity sets of the services that are published."""
    names = WebService.objects.filter(published=True).values_list("service_name", flat=True)
    return {COMPANY.name: COMPANY, **{name: SERVICES[name] for name in names if name in SERVICES}}


def _availability(call: Call) -> Answer | None:
    """Answer a listing of item availability; it is no table of its own."""
    last = call.path.strip("/").rpartition("/")[2]
    if call.method != "GET" or last != availability.SERVICE or last not in call.entities:
        return None
    if not may(call.user, Right.READ):
        return None
    try:
        rows = availability.rows(parse_query(call.query))
    except Problem as problem:
        return error(problem, call)
    return Answer(200, {"@odata.context": call.context(last), "value": rows})
