"""What every template of a site may show."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from saumaton.pages import registry
from saumaton.pages.preferences import THEMES


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, who is signed in, where one can go."""
    theme = request.COOKIES.get("theme", "auto")
    person = registry.frame().person(request)
    return {
        "frame": registry.frame(),
        "person": person,
        "company": registry.frame().company() if person else "",
        "navigation": registry.navigation(request) if person else [],
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "language": (get_language() or settings.LANGUAGE_CODE)[:2],
        "languages": settings.LANGUAGES,
        "here": request.get_full_path() if request.method == "GET" else request.path,
    }
