"""The integration's own API: JSON, signed in with a user's web service access key."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from saumaton.integration import runs
from saumaton.integration.connections import NotConnected, enabled_connection
from saumaton.integration.mappings import MAPPINGS
from saumaton.integration.models import Connection, Coupling, Document, Pending, Run
from saumaton.integration.reasons import sentence
from saumaton.integration.setup import Unusable, connect
from saumaton.users.basic import authenticate_basic
from saumaton.users.permissions import Right, may

View = Callable[..., HttpResponse]
PAGE = 1000


class Bad(Exception):
    """A request that cannot be answered as it is; the sentence says why."""


def endpoint(method: str) -> Callable[[View], View]:
    """Answer one method for users who may integrate; errors are JSON with a sentence."""

    def decorate(view: View) -> View:
        @csrf_exempt  # the key travels in a header that no foreign page can set
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with translation.override(translation.get_language_from_request(request)):
                return _answered(request, *args, **kwargs)

        def _answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = authenticate_basic(request)
            if user is None:
                answer = _problem(401, _("Sign in with a user name and web service access key."))
                answer["WWW-Authenticate"] = 'Basic realm="Saumaton", charset="UTF-8"'
                return answer
            if not may(user, Right.INTEGRATE):
                return _problem(403, _("Your permission sets do not include the integration."))
            if request.method != method:
                answer = _problem(405, _("Use %(method)s here.") % {"method": method})
                answer["Allow"] = method
                return answer
            request.user = user
            try:
                return view(request, *args, **kwargs)
            except Bad as bad:
                return _problem(400, str(bad))
            except ValidationError as bad:
                return _problem(400, " ".join(bad.messages))
            except (NotConnected, Unusable) as problem:
                return _problem(409, str(problem))

        return answered

    return decorate


def _problem(status: int, message: str) -> JsonResponse:
    return JsonResponse({"error": {"message": message}}, status=status)


def _body(request: HttpRequest) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Bad(_("The body is not JSON.")) from None
    if not isinstance(body, dict):
        raise Bad(_("The body must be a JSON object."))
    return body


def _texts(body: dict[str, Any], *names: str) -> dict[str, str]:
    for name in names:
        if not (isinstance(body.get(name), str) and body[name]):
            raise Bad(_("“%(name)s” must be a text.") % {"name": name})
    return {name: body[name] for name in names}


def _ids(values: object) -> list[UUID]:
    try:
        return [UUID(value) for value in values or []]  # type: ignore[attr-defined]
    except (ValueError, TypeError, AttributeError):
        raise Bad(_("Ids must be a list of UUIDs.")) from None


@endpoint("POST")
def setup(request: HttpRequest) -> HttpResponse:
    """Test a connection to a CRM, keep it and enable it."""
    body = _body(request)
    given = _texts(body, "crm_url", "token_url", "client_id", "client_secret")
    for name in ("crm_url", "token_url"):
        URLValidator(schemes=["https", "http"])(given[name])
    url = given["crm_url"].rstrip("/")
    connection = Connection.objects.filter(url=url).first() or Connection(url=url)
    connection.token_url = given["token_url"]
    connection.client_id = given["client_id"]
    connection.client_secret = given["client_secret"]
    connection.ca_file = str(body.get("ca_file") or "")
    connection.order_user = str(body.get("order_user") or "")
    organisation = connect(connection)
    Connection.objects.exclude(pk=connection.pk).update(enabled=False)
    return JsonResponse(
        {
            "connection": str(connection.id),
            "enabled": True,
            "base_currency": organisation.base_currency_code,
        }
    )


@endpoint("GET")
def status(request: HttpRequest) -> HttpResponse:
    """Return the connection, its couplings and what is under way."""
    connection = enabled_connection()
    couplings = Coupling.objects.filter(connection=connection, base_erp__isnull=False)
    return JsonResponse(
        {
            "connection": str(connection.id),
            "crm_url": connection.url,
            "enabled": connection.enabled,
            "couplings": {name: couplings.filter(mapping=name).count() for name in MAPPINGS},
            "pending": Pending.objects.filter(connection=connection).count(),
            "running": [str(run.id) for run in connection.run_set.filter(state__in=runs.LIVE)],
        }
    )


@endpoint("POST")
def full_synchronization(request: HttpRequest) -> HttpResponse:
    """Synchronise everything, or only plan it when the body says so."""
    start = runs.plan_everything if _body(request).get("plan") else runs.synchronise_everything
    run = start(enabled_connection(), str(request.user))
    return JsonResponse({"id": str(run.id)}, status=202)


@endpoint("POST")
def synchronization(request: HttpRequest, name: str) -> HttpResponse:
    if name not in MAPPINGS:
        return _problem(404, _("There is no mapping %(name)s.") % {"name": name})
    run = runs.synchronise(enabled_connection(), [name], str(request.user))
    return JsonResponse({"id": str(run.id)}, status=202)


@endpoint("GET")
def run(request: HttpRequest, id: UUID) -> HttpResponse:
    """Return how far a run is, mapping by mapping."""
    found = Run.objects.filter(pk=id).first()
    if found is None:
        return _problem(404, _("There is no such run."))
    counters = [
        "name",
        "state",
        "total",
        "done",
        "held",
        "refused",
        "created_erp",
        "created_crm",
        "updated_erp",
        "updated_crm",
        "deleted_erp",
        "deleted_crm",
        "settled",
        "reason",
    ]
    lines = list(found.mappings.values(*counters))

    def writes(side: str) -> int:
        return sum(n for line in lines for key, n in line.items() if key.endswith(side))

    return JsonResponse(
        {
            "id": str(found.id),
            "kind": found.kind,
            "state": found.state,
            "reason": found.reason,
            "mappings": lines,
            "writes_erp": writes("_erp"),
            "writes_crm": writes("_crm"),
            **found.counters,
        }
    )


@endpoint("POST")
def run_action(request: HttpRequest, id: UUID, action: str) -> HttpResponse:
    """Start what was planned, cancel a run, or undo it; answers with the run that does so."""
    found = Run.objects.filter(pk=id).first()
    if found is None:
        return _problem(404, _("There is no such run."))
    match action:
        case "start":
            chosen = _body(request).get("mappings") or [line.name for line in found.mappings.all()]
            if not (isinstance(chosen, list) and set(chosen) <= set(MAPPINGS)):
                raise Bad(_("“mappings” must name mappings."))
            runs.start_planned(found, chosen)
        case "cancel":
            runs.cancel(found)
        case "undo":
            found = runs.undo(found, str(request.user))
        case _:
            return _problem(404, _("There is no such action."))
    return JsonResponse({"id": str(found.id)}, status=202)


@endpoint("POST")
def orders_conversion(request: HttpRequest) -> HttpResponse:
    chosen = _ids(_body(request).get("orders"))
    run = runs.convert_orders(enabled_connection(), chosen, str(request.user))
    return JsonResponse({"id": str(run.id)}, status=202)


@endpoint("GET")
def orders(request: HttpRequest) -> HttpResponse:
    """Return what became of CRM orders: of one, of several, or of all, page by page."""
    found = Document.objects.filter(connection=enabled_connection(), kind=Document.Kind.ORDER)
    if ids := request.GET.getlist("crm_id"):
        found = found.filter(crm_id__in=_ids(ids))
    skip = _skip(request)
    answer = [
        {
            "crm_id": str(document.crm_id),
            "crm_number": document.crm_number,
            "erp_id": document.erp_id and str(document.erp_id),
            "erp_number": document.erp_number,
            "crm_total": _plain(document.crm_total),
            "erp_total": _plain(document.erp_total),
            "state": document.state,
            "reasons": [sentence(code, values) for code, values in document.reasons],
        }
        for document in found.order_by("crm_number", "pk")[skip : skip + PAGE]
    ]
    return JsonResponse(answer, safe=False)


@endpoint("POST")
def invoices_synchronization(request: HttpRequest) -> HttpResponse:
    run = runs.send_invoices(enabled_connection(), str(request.user))
    return JsonResponse({"id": str(run.id)}, status=202)


@endpoint("GET")
def couplings(request: HttpRequest) -> HttpResponse:
    """Return the couplings of a mapping, 1,000 a page."""
    name = request.GET.get("mapping", "")
    if name not in MAPPINGS:
        raise Bad(_("There is no mapping %(name)s.") % {"name": name})
    found = Coupling.objects.filter(
        connection=enabled_connection(), mapping=name, base_erp__isnull=False
    )
    skip = _skip(request)
    pairs = found.order_by("pk")[skip : skip + PAGE].values_list("erp_id", "crm_id")
    return JsonResponse(
        {
            "mapping": name,
            "count": found.count(),
            "pairs": [{"erp_id": str(erp), "crm_id": str(crm)} for erp, crm in pairs],
        }
    )


def _skip(request: HttpRequest) -> int:
    text = request.GET.get("skip", "0")
    if not text.isdecimal():
        raise Bad(_("“skip” must be a number."))
    return int(text)


def _plain(amount: object) -> str | None:
    if amount is None:
        return None
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
