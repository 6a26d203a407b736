"""What a form showed when it was opened, so that nobody's edit is lost when it is sent.

The rule is the product's own: only what a person changed is kept, and a value that somebody else
has changed meanwhile is not overwritten unseen.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest

PREFIX = "shown-"


def texts(form: forms.Form) -> dict[str, str]:
    """Return every field of a form that has not been sent, as the text it shows."""
    return {
        name: _text(field, form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
    }


def changes(
    request: HttpRequest, sent: forms.Form, now: forms.Form
) -> tuple[dict[str, Any], list[str]]:
    """Return the values that were changed in a valid form, and the names that are in dispute.

    `now` is the form of the record as it is stored at this moment. A name is in dispute when it
    was changed here, and stored differently meanwhile, unless both say the same.
    """
    stored, seen = texts(now), _seen(request)
    changed, disputed = {}, []
    for name, field in sent.fields.items():
        value = field.widget.value_from_datadict(sent.data, sent.files, sent.add_prefix(name))
        entered, shown = _text(field, value), seen.get(name, stored[name])
        if entered in (shown, stored[name]):
            continue
        changed[name] = sent.cleaned_data[name]
        if stored[name] != shown:
            disputed.append(name)
    return changed, disputed


def to_show(request: HttpRequest, now: forms.Form, told: frozenset[str]) -> Mapping[str, str]:
    """Return what the form carries along: what was shown first, or now where that was told."""
    seen = _seen(request)
    return {
        name: text if name in told else seen.get(name, text) for name, text in texts(now).items()
    }


def _seen(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): str(text).replace("\r\n", "\n")
        for name, text in request.POST.items()
        if name.startswith(PREFIX)
    }


def _text(field: forms.Field, value: Any) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return "1" if value else ""
    if isinstance(field.widget, forms.PasswordInput):
        return "" if value is None else str(value)
    shown = field.widget.format_value(field.prepare_value(value))
    if isinstance(shown, list | tuple):
        shown = ",".join(str(one) for one in shown)
    return "" if shown is None else str(shown).replace("\r\n", "\n").strip()
