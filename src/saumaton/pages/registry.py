"""Which pages there are in this process, and what upper rooms hang on them.

A room's `pages` package is imported when Django starts, its `actions` module after all pages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest

from saumaton.pages.fields import Text
from saumaton.pages.frame import Frame, allowed

if TYPE_CHECKING:
    from saumaton.pages.actions import Action
    from saumaton.pages.card import CardPage
    from saumaton.pages.list import ListPage
    from saumaton.pages.wizard import Wizard


@dataclass(frozen=True)
class Window:
    """An entry of the navigation and of the search for windows."""

    name: str
    caption: Text
    address: Text  # may be a lazy address
    group: str = ""
    right: str = ""
    experience: str = ""
    words: Text = ""  # more words under which it is found
    order: int = 100

    def visible(self, request: HttpRequest) -> bool:
        from saumaton.pages.experience import shows

        return allowed(request, self.right) and shows(request, self.experience)


@dataclass(frozen=True)
class Tile:
    """Something a room puts on Home: `content` gives a template's values, or None for nothing."""

    name: str
    template: str
    content: Callable[[HttpRequest], dict[str, Any] | None]
    place: str = "attention"  # attention, start or chart
    order: int = 100


class NoSuchPage(Http404):
    """No room in this process has a page of this name."""


_frame = Frame()
LISTS: "dict[str, ListPage]" = {}
CARDS: "dict[str, CardPage]" = {}
WIZARDS: "dict[str, Wizard]" = {}
WINDOWS: dict[str, Window] = {}
ACTIONS: "dict[str, list[Action]]" = {}
TILES: dict[str, Tile] = {}


def use(frame: Frame) -> None:
    """Set the frame of this process's site."""
    global _frame
    _frame = frame


def frame() -> Frame:
    return _frame


def add(*pages: "ListPage | CardPage | Wizard | Window | Tile") -> None:
    """Make pages known under their names."""
    from saumaton.pages.card import CardPage
    from saumaton.pages.list import ListPage
    from saumaton.pages.wizard import Wizard

    for page in pages:
        match page:
            case ListPage():
                LISTS[page.name] = page
            case CardPage():
                CARDS[page.name] = page
            case Wizard():
                WIZARDS[page.name] = page
            case Tile():
                TILES[page.name] = page
            case Window():
                WINDOWS[page.name] = page
        if not isinstance(page, Tile | Window) and (window := page.window):
            WINDOWS[window.name] = window


def hang(page: str, *actions: "Action") -> None:
    """Hang actions on the list and card named `page`, which may belong to a lower room."""
    known = {action.name for action in ACTIONS.get(page, ())}
    ACTIONS.setdefault(page, []).extend(a for a in actions if a.name not in known)


def list_page(name: str) -> "ListPage":
    if name not in LISTS:
        raise NoSuchPage(f"No room has a list named “{name}”.")
    return LISTS[name]


def card_page(name: str) -> "CardPage":
    if name not in CARDS:
        raise NoSuchPage(f"No room has a card named “{name}”.")
    return CARDS[name]


def visible_windows(request: HttpRequest) -> list[Window]:
    windows = sorted(WINDOWS.values(), key=lambda window: (window.order, str(window.caption)))
    return [window for window in windows if window.visible(request)]


FOLDED = frozenset({"setup"})  # groups that are opened by a click, being seldom needed


def navigation(request: HttpRequest) -> list[tuple[Text, list[Window], bool]]:
    """Return the groups of the frame with the windows this person may open, and whether open."""
    windows = visible_windows(request)
    shown = []
    for name, caption in frame().groups:
        found = [window for window in windows if window.group == name]
        here = any(str(window.address) == request.path for window in found)
        if found:
            shown.append((caption, found, here or name not in FOLDED))
    return shown


def tiles(place: str) -> Iterable[Tile]:
    return sorted(
        (tile for tile in TILES.values() if tile.place == place), key=lambda tile: tile.order
    )
