"""Who uses the CRM's pages: signed in with a signed cookie, asking the Web API as that user."""

from collections.abc import Callable
from contextvars import ContextVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from saumaton.pages.frame import Person
from saumaton.pages.preferences import safe_address

from . import door

ADMINISTER = "administer"
SIGN_IN = "/sign-in/"
USER = "crm-user"
# A signed cookie can't be called back, so it does not last longer than a working day.
SIGNED_IN_SECONDS = 10 * 3600
# One sentence for a wrong name, a wrong password and a locked name: none tells who exists.
REFUSED = _("The user name or password is wrong, or there were too many attempts. Try again later.")


_current: ContextVar[door.SignedIn | None] = ContextVar("crm_caller", default=None)


def current() -> door.SignedIn | None:
    return _current.get()


class Caller:
    """Middleware: for the length of a request, the pages ask the Web API as who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id = request.session.get(USER)
        token = _current.set(door.user(user_id) if user_id else None)
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)


def person(request: HttpRequest) -> Person | None:
    user = current()
    return Person(user.name) if user else None


def may(request: HttpRequest, right: str) -> bool:
    """Tell whether a window is offered. What may be read and written, the Web API decides."""
    user = current()
    if user is None:
        return False
    return right != ADMINISTER or user.administers


class SignInForm(forms.Form):
    name = forms.CharField(
        label=_("User name"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    if request.method == "POST" and form.is_valid():
        if user_id := door.sign_in(**form.cleaned_data):
            request.session.cycle_key()
            request.session[USER] = user_id
            request.session.set_expiry(SIGNED_IN_SECONDS)
            return HttpResponseRedirect(safe_address(request, wanted))
        form.add_error(None, str(REFUSED))
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/sign_in.html", {"form": form, "next": wanted}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    return HttpResponseRedirect(SIGN_IN)
