"""API v2.0 over HTTP: sign-in with Basic, headers, JSON."""

from collections.abc import Mapping

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from saumaton.financials.api import dispatch
from saumaton.financials.api.batches import answer_batch
from saumaton.financials.api.call import Answer, Call, error
from saumaton.financials.api.entities import ENTITIES
from saumaton.financials.api.entity import Entity
from saumaton.financials.api.problem import Problem
from saumaton.users.basic import authenticate_basic
from saumaton.users.models import User

PREFIX = "/api/v2.0"


@csrf_exempt  # every request carries the user's key; no cookie is looked at
def api(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer one request to API v2.0."""
    user = authenticate_basic(request)
    call = call_of(request, path, user or User(), PREFIX, ENTITIES)
    if user is None:
        return unauthorized(call)
    if path.strip("/") == "$batch" and request.method == "POST":
        return sent(answer_batch(call), call)
    if problem := wrong_type(request):
        return sent(error(problem, call), call)
    return sent(dispatch.answer(call), call)


def call_of(
    request: HttpRequest,
    path: str,
    user: User,
    prefix: str,
    entities: Mapping[str, Entity],
    companies: str = "companies",
    namespace: str = "Microsoft.NAV",
) -> Call:
    """Return an HTTP request as a call."""
    base = request.build_absolute_uri("/").rstrip("/")
    return Call(
        method=request.method or "GET",
        path=path,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        user=user,
        root=base + request.path[: request.path.index(prefix) + len(prefix)],
        entities=entities,
        companies=companies,
        namespace=namespace,
    )


def unauthorized(call: Call) -> HttpResponse:
    problem = Problem(
        401,
        "Authentication_InvalidCredentials",
        _("Sign in with a user name and its web service access key."),
    )
    response = sent(error(problem, call), call)
    response["WWW-Authenticate"] = 'Basic realm="Financials"'
    return response


def wrong_type(request: HttpRequest) -> Problem | None:
    """Return what is wrong with the type of a body."""
    writes = request.method in ("POST", "PATCH") and request.body
    if writes and request.content_type != "application/json":
        return Problem(415, "BadRequest", _("The body must be application/json."))
    return None


def sent(answer: Answer, call: Call) -> HttpResponse:
    """Return an answer as an HTTP response with the headers that all answers have."""
    if answer.body is None:
        content = b""
    else:
        content = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    response = HttpResponse(content, status=answer.status, content_type=answer.content_type)
    if answer.status == 204:
        del response["Content-Type"]
    response["OData-Version"] = "4.0"
    response["request-id"] = str(call.id)
    response["Cache-Control"] = "no-cache, no-store"
    if client_id := call.headers.get("client-request-id"):
        response["client-request-id"] = client_id
    for name, value in answer.headers.items():
        response[name] = value
    return response
