"""What people may do: rights, and the permission sets that give them."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from saumaton.users.models import User


class Right(StrEnum):
    """One thing that may be allowed."""

    READ = "read"
    EDIT_MASTER_DATA = "edit master data"
    EDIT_SALES = "edit sales"
    POST_SALES = "post sales"
    POST_PAYMENTS = "post payments"
    EDIT_SETUP = "edit setup"
    INTEGRATE = "integrate"
    ADMINISTER = "administer"


SALES = {Right.READ, Right.EDIT_SALES, Right.POST_SALES}
PERMISSION_SETS: dict[str, frozenset[Right]] = {
    "read": frozenset({Right.READ}),
    "order processor": frozenset(SALES | {Right.EDIT_MASTER_DATA}),
    "accountant": frozenset(
        SALES | {Right.EDIT_MASTER_DATA, Right.POST_PAYMENTS, Right.EDIT_SETUP}
    ),
    "integration": frozenset(SALES | {Right.EDIT_MASTER_DATA, Right.INTEGRATE}),
    "administrator": frozenset(Right),
}
CAPTIONS = {
    "read": _("Read"),
    "order processor": _("Order processor"),
    "accountant": _("Accountant"),
    "integration": _("Integration"),
    "administrator": _("Administrator"),
}


class UnknownPermissionSet(ValueError):
    """There is no permission set of this name."""


def rights_of(user: Any) -> frozenset[Right]:
    """Return what a user may do; nobody who is not signed in, or was switched off, may anything."""
    if not getattr(user, "is_active", False):
        return frozenset()
    if user.is_superuser:
        return frozenset(Right)
    return frozenset().union(*(PERMISSION_SETS.get(name, ()) for name in user.permission_sets))


def may(user: Any, right: str) -> bool:
    """Is the user allowed this? Takes a `Right` or its text."""
    return right in rights_of(user)


def has_permission_set(user: Any, *names: str) -> bool:
    """Does the user hold one of these permission sets? An administrator holds them all."""
    held = set(getattr(user, "permission_sets", ())) if getattr(user, "is_active", False) else set()
    return bool(held & {*names, "administrator"})


def assign(user: "User", *names: str) -> None:
    """Give the user exactly these permission sets. Raises `UnknownPermissionSet`."""
    for name in names:
        if name not in PERMISSION_SETS:
            known = ", ".join(PERMISSION_SETS)
            raise UnknownPermissionSet(f"There is no permission set “{name}”; there are {known}.")
    user.permission_sets = sorted(set(names))
    user.save(update_fields=["permission_sets"])


View = Callable[..., HttpResponse]


def required(right: str) -> Callable[[View], View]:
    """Let a view answer only those who have the right; others sign in or are refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                where = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{settings.LOGIN_URL}?{where}")
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate
