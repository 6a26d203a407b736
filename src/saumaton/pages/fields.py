"""A field as a window shows it: what it is called, what kind it is, how it is entered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

Text = Any  # a string, or one that is translated when it is shown

NUMBERS = frozenset({"integer", "decimal", "price", "money", "quantity", "percent"})
DECIMALS = NUMBERS - {"integer"}
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009’'")


@dataclass(frozen=True)
class Field:
    """One value of a record. What is left empty is what the source says of it.

    `kind` is text, multiline, integer, decimal, price, money, quantity, percent, date, datetime,
    boolean, choice, lookup, email, phone, url or password. A `lookup` names the page whose records
    the field points at. A `password` is never shown and never kept by the frame.
    """

    name: str
    caption: Text = ""
    kind: str = ""
    readonly: bool = False
    required: bool = False
    choices: tuple[tuple[Any, Text], ...] = ()
    lookup: str = ""
    help: Text = ""
    maximum_length: int | None = None
    sortable: bool = False
    wide: bool = False
    initial: Any = None
    link: str = ""  # the page that this value opens, when the value is the record's own name

    @property
    def numeric(self) -> bool:
        return self.kind in NUMBERS

    def over(self, described: "Field") -> "Field":
        """Return what the source described, with what this page says in its place."""
        said = {
            key: value
            for key, value in vars(self).items()
            if value not in ("", (), None, False) and key != "name"
        }
        return replace(described, **said)


@dataclass(frozen=True)
class Reference:
    """What a lookup points at: its key, the code people type, its name, and its page."""

    key: str
    code: str
    name: str = ""
    page: str = ""

    def __str__(self) -> str:
        return self.code


def as_fields(fields: Iterable[Field | str]) -> tuple[Field, ...]:
    return tuple(Field(field) if isinstance(field, str) else field for field in fields)


class LocalDecimal(forms.DecimalField):
    """A number written as the reader's language writes it: 1 234,50 or 1,234.50."""

    def __init__(self, kind: str = "decimal", **options: Any) -> None:
        self.kind = kind
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        from saumaton.pages.show import entered

        return entered(value, self.kind)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            text = value.strip().replace("−", "-").translate(SPACES)
            comma = get_format("DECIMAL_SEPARATOR") == ","
            text = text.replace(".", "") if comma and "," in text else text
            value = text.replace(",", "." if comma else "")
            try:
                Decimal(value)
            except InvalidOperation:
                raise ValidationError(
                    _("“%(text)s” is not a number."), params={"text": text}
                ) from None
        return super().to_python(value)


class LookupField(forms.CharField):
    """The code of another page's record; resolved by that page's source."""

    def __init__(self, page: str, **options: Any) -> None:
        self.page = page
        widget = forms.TextInput(attrs={"autocomplete": "off", "data-lookup": page})
        super().__init__(widget=widget, **options)

    def clean(self, value: Any) -> str | None:
        from saumaton.pages import registry

        text = super().clean(value)
        if not text:
            return None
        found = registry.list_page(self.page).source.find(text)
        if found is None:
            raise ValidationError(_("There is no “%(text)s”."), params={"text": text})
        return found.key


def _plain(widget: type[forms.Widget], **attributes: Any) -> forms.Widget:
    return widget(attrs=attributes)


def entry(field: Field) -> forms.Field:
    """Return the Django form field that this field is entered with."""
    options: dict[str, Any] = {
        "label": field.caption,
        "required": field.required,
        "help_text": field.help,
        "initial": field.initial,
    }
    match field.kind:
        case "integer":
            return forms.IntegerField(**options)
        case "boolean":
            return forms.BooleanField(**options | {"required": False})
        case "date":
            return forms.DateField(
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
            )
        case "datetime":
            widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
            return forms.DateTimeField(widget=widget, **options)
        case "choice":
            return forms.ChoiceField(choices=_choices(field), **options)
        case "lookup":
            return LookupField(field.lookup, **options)
        case kind if kind in DECIMALS:
            return LocalDecimal(field.kind, **options)
    return _text_entry(field, options)


def _choices(field: Field) -> list[tuple[Any, Text]]:
    empty_known = any(value in ("", None) for value, _caption in field.choices)
    return [*([] if field.required or empty_known else [("", "")]), *field.choices]


def _text_entry(field: Field, options: dict[str, Any]) -> forms.Field:
    options["max_length"] = field.maximum_length
    match field.kind:
        case "multiline":
            return forms.CharField(widget=_plain(forms.Textarea, rows=4), **options)
        case "email":
            return forms.EmailField(**options)
        case "url":
            return forms.URLField(assume_scheme="https", **options)
        case "phone":
            return forms.CharField(widget=_plain(forms.TextInput, type="tel"), **options)
        case "password":
            hidden = _plain(forms.PasswordInput, autocomplete="off")
            return forms.CharField(widget=hidden, strip=False, **options)
    suggestions = {"autocomplete": "off", "data-lookup": field.lookup} if field.lookup else {}
    return forms.CharField(widget=_plain(forms.TextInput, **suggestions), **options)


def form_class(fields: Iterable[Field]) -> type[forms.Form]:
    """Return a form of these fields, read-only ones left out."""
    entries = {field.name: entry(field) for field in fields if not field.readonly}
    return type("PageForm", (forms.Form,), entries)
