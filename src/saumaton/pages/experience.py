"""What is shown in which experience: Basic shows less, Suite shows everything."""

from django.http import HttpRequest

BASIC = "basic"
SUITE = "suite"


def shows(request: HttpRequest, wanted: str) -> bool:
    """Does the company's experience show what belongs to this one? Nothing wanted: always."""
    from saumaton.pages import registry

    if wanted in ("", BASIC):
        return True
    if not hasattr(request, "experience"):
        request.experience = registry.frame().experience()  # type: ignore[attr-defined]
    return bool(request.experience == wanted)  # type: ignore[attr-defined]
