"""What can be done with records: on a card, or on the rows chosen in a list.

A room hangs its actions on its own pages or on those of a lower room:
`registry.hang("customer", Action("synchronise", _("Synchronize Now"), run))`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from saumaton.pages import registry
from saumaton.pages.experience import shows
from saumaton.pages.fields import Field, Text, form_class
from saumaton.pages.frame import allowed, demand, signed_in
from saumaton.pages.source import Invalid, Missing, Record


@dataclass(frozen=True)
class Done:
    """The action has been carried out; says so, and goes to an address if there is one."""

    sentence: Text = ""
    address: str = ""


@dataclass(frozen=True)
class Stop:
    """The action was not carried out, for this reason."""

    sentence: Text


@dataclass(frozen=True)
class Call:
    """What an action is asked: for which records, with what entered in its dialog."""

    request: HttpRequest
    keys: tuple[str, ...]
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return self.keys[0]


Answer = Done | Stop | HttpResponse


@dataclass(frozen=True)
class Action:
    """One action. `fields` or `confirm` open a dialog first; `plain` opens an address instead.

    `on` says where it stands: "card", "list" (needs chosen rows), "page" (the list as a whole), or
    several of them. `when` tells from a card's record whether it makes sense now.
    """

    name: str
    caption: Text
    run: Callable[[Call], Answer] | None = None
    right: str = ""
    on: tuple[str, ...] = ("card", "list")
    fields: tuple[Field, ...] | Callable[[Sequence[str]], tuple[Field, ...]] = ()
    confirm: Text = ""
    when: Callable[[Record], bool] = lambda record: True
    experience: str = ""
    group: str = ""
    prominent: bool = False
    address: Callable[[Any], str] | None = None  # opens a window instead of acting

    @property
    def opens_window(self) -> bool:
        return self.address is not None

    @property
    def asks(self) -> bool:
        return bool(self.fields or self.confirm)

    def questions(self, keys: Sequence[str]) -> tuple[Field, ...]:
        return self.fields(keys) if callable(self.fields) else self.fields


def actions_for(
    request: HttpRequest, page: Any, place: str, record: Record | None = None
) -> list[Action]:
    """Return the page's own actions and those hung on it that this person may take here and now."""
    return [
        action
        for action in (*page.actions, *registry.ACTIONS.get(page.name, ()))
        if place in action.on
        and allowed(request, action.right)
        and shows(request, action.experience)
        and (record is None or action.when(record))
    ]


@signed_in
def act(request: HttpRequest, name: str, action: str) -> HttpResponse:
    """Ask what an action needs to know (GET), or carry it out (POST)."""
    page = registry.LISTS.get(name) or registry.card_page(name)
    demand(request, page.right)
    sent = request.POST if request.method == "POST" else request.GET
    keys = tuple(key for key in sent.getlist("key") if key)
    chosen = _find(request, page, action, keys)
    form = form_class(chosen.questions(keys))(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _dialog(request, page, chosen, keys, form)
    try:
        assert chosen.run is not None
        answer = chosen.run(Call(request, keys, form.cleaned_data))
    except Invalid as error:
        answer = _refused(error, form)
    if isinstance(answer, Stop) and chosen.questions(keys):
        form.add_error(None, str(answer.sentence))
        return _dialog(request, page, chosen, keys, form)
    return answered(request, answer, _address(request, page, keys))


def _refused(error: Invalid, form: forms.Form) -> Stop:
    return Stop(" ".join(str(text) for texts in error.errors.values() for text in texts))


def _all_actions(page: str) -> list[Action]:
    """Return the actions of the list and the card of this name, and those hung on them."""
    own = [shown.actions for shown in (registry.LISTS.get(page), registry.CARDS.get(page)) if shown]
    return [*(action for actions in own for action in actions), *registry.ACTIONS.get(page, ())]


def _find(request: HttpRequest, page: Any, name: str, keys: Sequence[str]) -> Action:
    for action in _all_actions(page.name):
        if action.name == name and action.run:
            demand(request, action.right)
            if not keys and "page" not in action.on:
                raise Missing(name)
            return action
    raise Missing(name)


def _address(request: HttpRequest, page: Any, keys: Sequence[str]) -> str:
    """Return where the action was chosen: the list, or the card of its record."""
    sent = request.POST if request.method == "POST" else request.GET
    if sent.get("from") == "list":
        return str(page.address)
    card = registry.CARDS.get(page.name)
    return card.address_of(keys[0]) if card and len(keys) == 1 else page.address


def _dialog(
    request: HttpRequest, page: Any, action: Action, keys: Sequence[str], form: forms.Form
) -> HttpResponse:
    template = "pages/_dialog.html" if getattr(request, "htmx", False) else "pages/dialog.html"
    context = {
        "page": page, "action": action, "keys": keys, "form": form,
        "back": _address(request, page, keys), "count": len(keys),
        "from": "list" if "list" in (request.POST.get("from"), request.GET.get("from")) else "",
    }  # fmt: skip
    return render(request, template, context)


def answered(request: HttpRequest, answer: Answer, address: str) -> HttpResponse:
    """Return the response that shows an action's answer: its sentence, on the page it leads to."""
    if isinstance(answer, HttpResponse):
        return answer
    if answer.sentence:
        level = messages.ERROR if isinstance(answer, Stop) else messages.SUCCESS
        messages.add_message(request, level, str(answer.sentence))
    target = (answer.address if isinstance(answer, Done) else "") or address
    if getattr(request, "htmx", False):
        response = HttpResponse()
        response["HX-Redirect"] = target
        return response
    return HttpResponseRedirect(target)
