"""A list window: search, filters, order, columns, choice of rows, one page after another."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST

from saumaton.pages import registry
from saumaton.pages.actions import Action, actions_for
from saumaton.pages.fields import Field, Text, as_fields
from saumaton.pages.frame import allowed, demand, signed_in
from saumaton.pages.registry import Window
from saumaton.pages.source import COUNTED_AT_MOST, Invalid, Query, Source

PAGE_SIZE = 50


@dataclass(frozen=True)
class View:
    """A ready-made set of filters, offered above the list."""

    name: str
    caption: Text
    filters: Mapping[str, str]


@dataclass(frozen=True)
class ListPage:
    """A list of records. `columns` are shown at first; `more` can be added by the reader.

    The first column opens the card of the same name, if a room has one. `order` is the source's
    own unless said. `group` is the place in the navigation; without one it is not listed there.
    """

    name: str
    caption: Text
    source: Source
    columns: tuple[Field | str, ...]
    more: tuple[Field | str, ...] = ()
    filters: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    actions: tuple[Action, ...] = ()
    order: str = ""
    group: str = ""
    right: str = "read"
    edit_right: str = ""
    experience: str = ""
    words: Text = ""
    place: int = 100
    card: str = ""  # the page a row opens, where it has another name
    found: bool = False  # its records are found by “tell me”, too

    @cached_property
    def all_columns(self) -> dict[str, Field]:
        fields = as_fields((*self.columns, *self.more))
        return {field.name: field.over(self.source.describe(field.name)) for field in fields}

    @property
    def default_columns(self) -> list[str]:
        return [field.name for field in as_fields(self.columns)]

    @property
    def card_page(self) -> Any:
        return registry.CARDS.get(self.card or self.name)

    @property
    def address(self) -> str:
        return reverse("pages:list", args=[self.name])

    @property
    def window(self) -> Window:
        return Window(
            name=f"{self.name}_list",
            caption=self.caption,
            address=reverse_lazy("pages:list", args=[self.name]),
            group=self.group,
            right=self.right,
            experience=self.experience,
            words=self.words,
            order=self.place,
        )

    def shown_columns(self, request: HttpRequest) -> list[Field]:
        """Return the columns this reader chose, or the page's own."""
        chosen = request.COOKIES.get(f"columns-{self.name}", "").split("-")
        names = [name for name in self.all_columns if name in chosen] or self.default_columns
        return [self.all_columns[name] for name in names]

    def query(self, request: HttpRequest) -> Query:
        """Return what the address asks for; unknown columns are ignored."""
        fields = {name for name in (*self.all_columns, *self.filters)}
        filters = {
            name: text[:200]
            for name in fields
            if (text := request.GET.get(f"f-{name}", "").replace("\0", "").strip())
        }
        order = request.GET.get("order", "")
        return Query(
            search=request.GET.get("search", "").replace("\0", "").strip()[:200],
            filters=filters,
            order=order if order.removeprefix("-") in self.all_columns else self.order,
            columns=tuple(field.name for field in self.shown_columns(request)),
        )


@signed_in
def show_list(request: HttpRequest, name: str) -> HttpResponse:
    page = registry.list_page(name)
    demand(request, page.right)
    query = page.query(request)
    context = frame_of_list(request, page, query)
    after = request.GET.get("after", "")
    try:
        context["slice"] = page.source.slice(query, after, PAGE_SIZE)
        context["count"] = "" if after else shown_count(page.source.count(query))
    except Invalid as error:
        context["errors"] = [text for texts in error.errors.values() for text in texts]
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        return render(request, "pages/_rows.html" if after else "pages/_table.html", context)
    return render(request, "pages/list.html", context)


def frame_of_list(request: HttpRequest, page: ListPage, query: Query) -> dict[str, Any]:
    """Return what a list's template needs besides the records."""
    card = page.card_page
    editable = card and card.creatable and allowed(request, card.edit_right)
    return {
        "page": page,
        "query": query,
        "columns": page.shown_columns(request),
        "filters": [page.source.describe(filter_name) for filter_name in page.filters],
        "row_actions": actions_for(request, page, "list"),
        "page_actions": actions_for(request, page, "page"),
        "card": card,
        "new_address": card.new_address if editable else "",
        "parameters": _without(request, "after"),
        "unordered": _without(request, "after", "order"),
    }


def _without(request: HttpRequest, *names: str) -> str:
    parameters = request.GET.copy()
    for name in names:
        parameters.pop(name, None)
    return parameters.urlencode()


def shown_count(count: int) -> str:
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)


@signed_in
@require_POST
def choose_columns(request: HttpRequest, name: str) -> HttpResponse:
    """Remember which columns this reader wants; none means the page's own."""
    page = registry.list_page(name)
    chosen = [column for column in request.POST.getlist("column") if column in page.all_columns]
    answer = HttpResponseRedirect(page.address)
    if chosen and "reset" not in request.POST:
        answer.set_cookie(
            f"columns-{name}", "-".join(chosen), max_age=365 * 86400, samesite="Lax", httponly=True
        )
    else:
        answer.delete_cookie(f"columns-{name}")
    return answer


@signed_in
def suggest(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with records to choose from while somebody types a code or a name."""
    page = registry.list_page(name)
    demand(request, page.right)
    found = page.source.suggest(request.GET.get("text", "").replace("\0", "")[:100])
    return render(request, "pages/_suggestions.html", {"found": found})
