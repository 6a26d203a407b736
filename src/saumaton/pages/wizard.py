"""An assisted setup: steps, each a function from what was entered to the next, to stop or to done.

Going back loses nothing, and whoever leaves comes back to the same step. What is entered in
`password` fields is handed to the step and never kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from saumaton.pages import registry
from saumaton.pages.actions import Done, Stop, answered
from saumaton.pages.fields import Field, Text, form_class
from saumaton.pages.frame import demand, signed_in
from saumaton.pages.registry import Window
from saumaton.pages.source import Missing

State = dict[str, Any]


@dataclass(frozen=True)
class Next:
    """The step is done. `known` joins what is kept of the wizard."""

    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entered:
    """What a step is given: the request, all that is known so far, and what was entered now."""

    request: HttpRequest
    state: State
    values: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step. `fields` may depend on what is known; `take` tests and does, then says how it goes.

    `take` answers `Next`, `Stop` with a sentence, or, in the last step, `Done`. `show` gives more
    values to `template`, which is put above the fields. `wanted` leaves a step out.
    """

    name: str
    caption: Text
    intro: Text = ""
    fields: tuple[Field, ...] | Callable[[State], tuple[Field, ...]] = ()
    take: Callable[[Entered], Next | Stop | Done] = lambda entered: Next()
    template: str = ""
    show: Callable[[HttpRequest, State], dict[str, Any]] = lambda request, state: {}
    wanted: Callable[[State], bool] = lambda state: True
    button: Text = ""

    def asked(self, state: State) -> tuple[Field, ...]:
        return self.fields(state) if callable(self.fields) else self.fields


class Store(Protocol):
    """Where a wizard keeps what was entered, until it is done."""

    def load(self, request: HttpRequest) -> State: ...
    def keep(self, request: HttpRequest, state: State) -> None: ...
    def forget(self, request: HttpRequest) -> None: ...


@dataclass(frozen=True)
class SessionStore:
    """Keeps a wizard's state in the session of whoever walks through it."""

    name: str

    def load(self, request: HttpRequest) -> State:
        return dict(request.session.get(f"wizard-{self.name}", {}))

    def keep(self, request: HttpRequest, state: State) -> None:
        request.session[f"wizard-{self.name}"] = state

    def forget(self, request: HttpRequest) -> None:
        request.session.pop(f"wizard-{self.name}", None)


@dataclass(frozen=True)
class Wizard:
    """An assisted setup. `store` is the session unless an upper room keeps the state itself."""

    name: str
    caption: Text
    steps: tuple[Step, ...]
    right: str = "administer"
    experience: str = ""
    group: str = "setup"
    words: Text = ""
    place: int = 100
    store: Store | None = None

    @property
    def kept(self) -> Store:
        return self.store or SessionStore(self.name)

    @property
    def address(self) -> str:
        return reverse("pages:wizard", args=[self.name])

    @property
    def window(self) -> Window:
        return Window(
            name=f"{self.name}_wizard",
            caption=self.caption,
            address=reverse_lazy("pages:wizard", args=[self.name]),
            group=self.group,
            right=self.right,
            experience=self.experience,
            words=self.words,
            order=self.place,
        )

    def wanted(self, state: State) -> list[Step]:
        return [step for step in self.steps if step.wanted(state)]


def _step_now(wizard: Wizard, state: State, asked: str) -> Step:
    """Return the step asked for if its turn has come, else the one the wizard stands at."""
    steps = wizard.wanted(state)
    passed = state.get("passed", [])
    open_steps = [s for s in steps if s.name in passed]
    standing = next((s for s in steps if s.name not in passed), steps[-1])
    return next((s for s in (*open_steps, standing) if s.name == asked), standing)


@signed_in
def walk(request: HttpRequest, name: str) -> HttpResponse:
    """Show the step the wizard stands at, or the one gone back to; take what was entered."""
    if name not in registry.WIZARDS:
        raise Missing(name)
    wizard = registry.WIZARDS[name]
    demand(request, wizard.right)
    state = wizard.kept.load(request)
    sent = request.POST if request.method == "POST" else request.GET
    step = _step_now(wizard, state, sent.get("step", ""))
    made = form_class(step.asked(state))
    if request.method != "POST":
        known = {key: state[key] for key in made.base_fields if key in state}
        return _shown(request, wizard, state, step, made(initial=known))
    form = made(request.POST)
    if not form.is_valid():
        return _shown(request, wizard, state, step, form)
    return _taken(request, wizard, state, step, form)


def _taken(
    request: HttpRequest, wizard: Wizard, state: State, step: Step, form: forms.Form
) -> HttpResponse:
    state |= _keepable(step.asked(state), form.cleaned_data)
    wizard.kept.keep(request, state)
    answer = step.take(Entered(request, state, form.cleaned_data))
    if isinstance(answer, Stop):
        form.add_error(None, str(answer.sentence))
        return _shown(request, wizard, state, step, form)
    if isinstance(answer, Done):
        wizard.kept.forget(request)
        return answered(request, answer, "/")
    state |= dict(answer.known)
    state["passed"] = [*(p for p in state.get("passed", []) if p != step.name), step.name]
    wizard.kept.keep(request, state)
    steps = wizard.wanted(state)
    following = steps[min(steps.index(step) + 1, len(steps) - 1)]
    return HttpResponseRedirect(f"{wizard.address}?step={following.name}")


def _keepable(fields: tuple[Field, ...], values: dict[str, Any]) -> State:
    """Return what may be kept: no password, and texts for what JSON does not know."""
    kinds = {described.name: described.kind for described in fields}
    return {
        name: value if isinstance(value, str | int | bool | None) else str(value)
        for name, value in values.items()
        if kinds.get(name) != "password"
    }


def _shown(
    request: HttpRequest, wizard: Wizard, state: State, step: Step, form: forms.Form
) -> HttpResponse:
    steps = wizard.wanted(state)
    place = steps.index(step)
    context = {
        "page": wizard,
        "step": step,
        "steps": steps,
        "passed": state.get("passed", []),
        "place": place + 1,
        "back": steps[place - 1] if place else None,
        "form": form,
        "fields": step.asked(state),
        "state": state,
        **step.show(request, state),
    }
    return render(request, "pages/wizard.html", context)
