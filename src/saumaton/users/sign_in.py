"""Signing in to and out of Financials."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from saumaton.pages.preferences import YEAR, safe_address
from saumaton.users import lockout
from saumaton.users.models import User

# One sentence for a wrong name, a wrong password and a locked name: none tells who exists.
REFUSED = _("The user name or password is wrong, or there were too many attempts. Try again later.")


class SignInForm(forms.Form):
    name = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST if request.method == "POST" else None)
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    if request.method == "POST" and form.is_valid():
        if user := _user(request, **form.cleaned_data):
            return _signed_in(request, user, safe_address(request, wanted))
        form.add_error(None, str(REFUSED))
    status = 200 if request.method != "POST" else 422
    return render(request, "pages/sign_in.html", {"form": form, "next": wanted}, status=status)


def _user(request: HttpRequest, name: str, password: str) -> Any:
    address = request.META.get("REMOTE_ADDR", "")
    if lockout.locked(name, address):
        return None
    user = authenticate(request, username=name, password=password)
    if user is None:
        lockout.note_failure(name, address)
    else:
        lockout.forgive(name)
    return user


def _signed_in(request: HttpRequest, user: User, address: str) -> HttpResponse:
    login(request, user)
    answer = HttpResponseRedirect(address)
    if user.language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR, samesite="Lax"
        )
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(settings.LOGIN_URL)
