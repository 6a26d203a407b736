"""A reader's language and theme, kept in cookies so that they hold before anybody signs in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from saumaton.pages import registry

YEAR = 365 * 86400
THEMES = ("auto", "light", "dark")


def safe_address(request: HttpRequest, address: str) -> str:
    """Return the address if it is on this site, else the first page."""
    here = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if here and address.startswith("/") else "/"


def _keep(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    answer = HttpResponseRedirect(safe_address(request, request.POST.get("next", "/")))
    answer.set_cookie(
        cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return answer


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    registry.frame().remember_language(request, language)
    return _keep(request, settings.LANGUAGE_COOKIE_NAME, language)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    return _keep(request, "theme", theme if theme in THEMES else "auto")
