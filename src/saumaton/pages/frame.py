"""What stands around every window of one site: its name, its look, its people."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from saumaton.pages.fields import Text


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the top bar shows it."""

    name: str
    link: str = ""

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def first_window(request: HttpRequest) -> HttpResponse:
    """The home of a site that has none of its own: its first window."""
    from saumaton.pages import registry

    windows = registry.visible_windows(request)
    if not windows:
        return to_sign_in(request)
    return HttpResponseRedirect(str(windows[0].address))


def nobody(request: HttpRequest) -> Person | None:
    return None


@dataclass(frozen=True)
class Frame:
    """A site's frame. `name` is also the class of its look in the style sheet.

    `person` tells who is signed in and `may` whether that person has a right, so that a site
    without Django's users can answer, too. `groups` orders the navigation.
    """

    name: str = "plain"
    title: Text = "Saumaton"
    groups: tuple[tuple[str, Text], ...] = ()
    person: Callable[[HttpRequest], Person | None] = nobody
    may: Callable[[HttpRequest, str], bool] = lambda request, right: False
    company: Callable[[], str] = lambda: ""
    experience: Callable[[], str] = lambda: "suite"
    remember_language: Callable[[HttpRequest, str], None] = lambda request, language: None
    home: Callable[[HttpRequest], HttpResponse] = first_window
    folds: bool = False  # groups of the navigation open and close
    sign_in: str = "/sign-in/"
    sign_out: str = "/sign-out/"


View = Callable[..., Any]


def signed_in(view: View) -> View:
    """Let a view answer only people who are signed in; others are asked to, and come back."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        from saumaton.pages import registry

        if registry.frame().person(request) is None:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return checked


def to_sign_in(request: HttpRequest) -> HttpResponse:
    from saumaton.pages import registry

    where = request.get_full_path() if request.method == "GET" else "/"
    target = f"{registry.frame().sign_in}?{urlencode({'next': where})}"
    if getattr(request, "htmx", False):
        answer = HttpResponse()
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)


def show_home(request: HttpRequest) -> HttpResponse:
    from saumaton.pages import registry

    return registry.frame().home(request)


def demand(request: HttpRequest, right: str) -> None:
    """Raise `PermissionDenied` unless the person has the right; an empty one is everybody's."""
    if not allowed(request, right):
        raise PermissionDenied


def allowed(request: HttpRequest, right: str) -> bool:
    from saumaton.pages import registry

    return not right or registry.frame().may(request, right)
