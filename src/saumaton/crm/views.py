"""Django's door to the Web API and to the token endpoint."""

import base64
from binascii import Error as NotBase64
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .api.limits import Limits
from .api.service import Service
from .signin import Refused, grant
from .store import Store


@cache
def service() -> Service:
    """Return the one service of this process, on the database of the settings."""
    limits = Limits(for_all=bool(getattr(settings, "CRM_LIMITS", False)))
    return Service(Store(str(getattr(settings, "CRM_DATABASE", ""))), limits)


def origin(request: HttpRequest) -> str:
    """Return scheme, host and port that the client used, among the hosts that are ours."""
    return f"{request.scheme}://{request.get_host()}"


@csrf_exempt  # programs sign in with a bearer token, which no browser sends by itself
def web_api(request: HttpRequest) -> HttpResponse:
    """Answer a request to `/api/data/v9.x/`."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    response = service().handle(
        request.method or "GET",
        request.path,
        request.META.get("QUERY_STRING", ""),
        headers,
        request.body,
        origin(request),
    )
    answer = HttpResponse(response.body, status=response.status)
    del answer["Content-Type"]
    for name, value in response.all_headers.items():
        answer[name] = value
    return answer


@csrf_exempt
@require_POST
def token(request: HttpRequest, tenant: str) -> HttpResponse:
    """Answer a request to the token endpoint in the shape of the Microsoft identity platform."""
    form = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    try:
        tokens = grant(service().store, {**_basic(request), **form})
    except Refused as error:
        return _refused(error, form.get("grant_type", ""))
    answer = {
        "token_type": "Bearer",
        "expires_in": tokens.seconds,
        "ext_expires_in": tokens.seconds,
        "access_token": tokens.access,
    }
    if tokens.refresh:
        answer["refresh_token"] = tokens.refresh
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _basic(request: HttpRequest) -> dict[str, str]:
    scheme, _, code = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _refused(error: Refused, grant_type: str) -> HttpResponse:
    if error.wait:
        answer = {"error": "temporarily_unavailable", "error_description": str(error)}
        return JsonResponse(answer, status=429, headers={"Retry-After": str(error.wait)})
    known = {"client_credentials": ("invalid_client", 401)}
    known |= {"password": ("invalid_grant", 400), "refresh_token": ("invalid_grant", 400)}
    name, status = known.get(grant_type, ("unsupported_grant_type", 400))
    return JsonResponse({"error": name, "error_description": str(error)}, status=status)


def openid_configuration(request: HttpRequest, tenant: str) -> HttpResponse:
    """Tell sign-in libraries where the token endpoint is."""
    place = f"{origin(request)}/{tenant}"
    return JsonResponse(
        {
            "issuer": f"{place}/v2.0",
            "authorization_endpoint": f"{place}/oauth2/v2.0/authorize",
            "token_endpoint": f"{place}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["token"],
            "grant_types_supported": ["client_credentials", "password", "refresh_token"],
        }
    )
