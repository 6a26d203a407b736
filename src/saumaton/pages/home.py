"""Home: what needs attention now, a few charts, and what upper rooms put there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from saumaton.pages import registry
from saumaton.pages.charts import Chart
from saumaton.pages.fields import Text
from saumaton.pages.show import language, number


@dataclass(frozen=True)
class Cue:
    """A figure that leads to the records behind it. `tone` is good, info, warn, danger or plain."""

    caption: Text
    value: Any
    address: str
    tone: str = "info"

    @property
    def shown(self) -> str:
        return self.value if isinstance(self.value, str) else number(self.value)


def render_home(
    request: HttpRequest,
    cues: Sequence[Cue],
    charts: Sequence[Chart],
    quick: Sequence[tuple[Text, str]] = (),
) -> HttpResponse:
    """Show a home page with the room's own figures, and the tiles hung on it."""
    person = registry.frame().person(request)
    now = timezone.localtime()
    context = {
        "greeting": greeting(now, person.name if person else ""),
        "today": format_date(now.date(), format="full", locale=language()),
        "cues": [cue if cue.value else _quiet(cue) for cue in cues],
        "charts": charts,
        "quick": quick,
        "starts": _tiles(request, "start"),
        "attention": _tiles(request, "attention"),
        "more_charts": _tiles(request, "chart"),
    }
    return render(request, "pages/home.html", context)


def greeting(now: datetime, name: str) -> str:
    if now.hour < 11:
        return _("Good morning, %s") % name
    return _("Good evening, %s") % name if now.hour >= 18 else _("Good day, %s") % name


def _quiet(cue: Cue) -> Cue:
    return Cue(cue.caption, cue.value, cue.address, "plain")


def _tiles(request: HttpRequest, place: str) -> list[tuple[str, dict[str, Any]]]:
    found = [(tile.template, tile.content(request)) for tile in registry.tiles(place)]
    return [(template, content) for template, content in found if content is not None]
