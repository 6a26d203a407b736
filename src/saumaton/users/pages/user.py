"""Users: their list, their card, their permission sets and web service access keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saumaton.pages import registry
from saumaton.pages.actions import Action, Call, Done
from saumaton.pages.card import CardPage, Fact, Section
from saumaton.pages.fields import Field
from saumaton.pages.list import ListPage
from saumaton.pages.orm import OrmSource
from saumaton.pages.source import Invalid, Record
from saumaton.users.keys import make_key, remove_key
from saumaton.users.models import User, WebServiceKey
from saumaton.users.permissions import CAPTIONS, PERMISSION_SETS, Right

SETS = tuple(PERMISSION_SETS)


def holds(name: str) -> Field:
    return Field(f"holds_{name.replace(' ', '_')}", CAPTIONS[name], "boolean")


def permission_texts(rows: Sequence[User]) -> dict[Any, str]:
    return {
        row.pk: ", ".join(str(CAPTIONS[name]) for name in row.permission_sets if name in CAPTIONS)
        for row in rows
    }


def full_names(rows: Sequence[User]) -> dict[Any, str]:
    return {row.pk: row.full_name for row in rows}


class Users(OrmSource):
    """Users; permission sets are shown as one switch each, a new password is only ever entered."""

    def __init__(self) -> None:
        switches = {
            holds(name).name: lambda rows, name=name: {
                row.pk: name in row.permission_sets for row in rows
            }
            for name in SETS
        }
        super().__init__(
            User,
            search=("username", "first_name", "last_name", "email"),
            computed={
                "permissions": permission_texts,
                "full_name": full_names,
                "password": lambda rows: {},
                **switches,
            },
            fields=(
                Field("permissions", _("Permission sets")),
                Field("full_name", _("Name")),
                Field("username", _("User name")),
                Field("first_name", _("First name")),
                Field("last_name", _("Last name")),
                Field("email", _("E-mail")),
                Field("is_active", _("Enabled")),
                Field("last_login", _("Last sign-in")),
                *(holds(name) for name in SETS),
            ),
        )

    def describe(self, name: str) -> Field:
        described = super().describe(name)
        if name == "password":
            return Field(name, _("New password"), "password")
        if name.startswith("holds_"):
            return Field(name, described.caption, "boolean")
        return described

    def save(self, key: str | None, values: Mapping[str, Any]) -> str:
        row = self.instance(key) if key else User()
        for name in ("username", "first_name", "last_name", "email", "is_active"):
            if name in values:
                setattr(row, name, values[name])
        held = row.permission_sets
        row.permission_sets = [n for n in SETS if values.get(holds(n).name, n in held)]
        _set_password(row, values.get("password") or "", new=key is None)
        try:
            row.full_clean()
        except ValidationError as error:
            raise Invalid(error.message_dict) from None
        row.save()
        return str(row.pk)


def _set_password(row: User, password: str, new: bool) -> None:
    if not password and new:
        row.set_unusable_password()
    if not password:
        return
    try:
        validate_password(password, row)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from None
    row.set_password(password)


def change_key(call: Call) -> HttpResponse:
    """Make a new web service access key and show it, this once."""
    user = User.objects.get(pk=call.key)
    key = make_key(user, call.values.get("expires"))
    return shown_once(call.request, user, key)


def shown_once(request: HttpRequest, user: User, key: str) -> HttpResponse:
    partial = getattr(request, "htmx", False)
    template = "users/_key.html" if partial else "users/key.html"
    back = registry.card_page("user").address_of(str(user.pk))
    answer = render(request, template, {"user": user, "key": key, "back": back})
    answer["Cache-Control"] = "no-store"
    return answer


def take_key_away(call: Call) -> Done:
    remove_key(User.objects.get(pk=call.key))
    return Done(gettext("The web service access key has been removed."))


def facts(record: Record) -> list[Fact]:
    key = WebServiceKey.objects.filter(user_id=record.key).first()
    return [
        Fact(_("Web service access key"), gettext("Yes") if key else gettext("No"), "text"),
        Fact(_("Made"), key.created if key else None, "datetime"),
        Fact(_("Expires"), key.expires if key else None, "datetime"),
    ]


USERS = Users()
SECTION_FIELDS = ("username", "first_name", "last_name", "email", "is_active", "password")

registry.add(
    ListPage(
        name="user",
        caption=_("Users"),
        source=USERS,
        columns=("username", "full_name", "email", "permissions", "is_active", "last_login"),
        filters=("is_active",),
        group="administration",
        right=Right.ADMINISTER,
    ),
    CardPage(
        name="user",
        caption=_("User"),
        source=USERS,
        title=("username", "full_name"),
        sections=(
            Section(_("General"), SECTION_FIELDS),
            Section(_("Permission sets"), tuple(holds(name) for name in SETS)),
        ),
        facts=facts,
        right=Right.ADMINISTER,
        edit_right=Right.ADMINISTER,
        deletable=False,
        actions=(
            Action(
                "change-key",
                _("Change Web Service Access Key"),
                change_key,
                right=Right.ADMINISTER,
                on=("card",),
                confirm=_("The new key is shown once. Programs that use the old one stop working."),
                fields=(Field("expires", _("Expires"), "datetime"),),
            ),
            Action(
                "remove-key",
                _("Remove Web Service Access Key"),
                take_key_away,
                right=Right.ADMINISTER,
                on=("card",),
                confirm=_("Programs that sign in with this key stop working."),
            ),
        ),
    ),
)
