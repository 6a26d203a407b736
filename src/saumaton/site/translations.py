"""The Finnish catalogues: collect the texts of a room, compile what was translated.

GNU gettext is not needed: Django turns its templates into something that Babel's extractor reads.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
ROOMS = ("pages", "users", "jobs", "financials", "crm", "integration", "site")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalogue_file(room: str) -> Path:
    return PACKAGE / room / "locale" / "fi" / "LC_MESSAGES" / "django.po"


def messages(room: str) -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Yield place, text (or texts, where there is a plural) and context of all a room says."""
    from django.utils.translation.template import templatize

    for path in sorted((PACKAGE / room).rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
            continue
        text = path.read_text()
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        source = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", source, KEYWORDS):
            yield str(path.relative_to(PACKAGE)), message, context


def read_catalogue(room: str) -> Catalog:
    file = catalogue_file(room)
    if not file.exists():
        return Catalog(locale="fi", domain="django", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale="fi", domain="django")


def collected(room: str) -> Catalog:
    """Return the room's catalogue with the texts it has now; translations made before are kept."""
    template = Catalog(domain="django", charset="utf-8")
    for place, message, context in messages(room):
        template.add(message, context=context, locations=[(place, None)])  # type: ignore[list-item]
    catalogue = read_catalogue(room)
    template.creation_date = catalogue.creation_date  # a new date alone is no change
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def missing(room: str) -> list[str]:
    """Return the texts of a room that have no Finnish translation."""
    return [
        str(message.id)
        for message in collected(room)
        if message.id and not all(_texts(message.string))
    ]


def _texts(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


def collect() -> dict[str, int]:
    """Bring every room's catalogue up to date; return how many texts each still lacks."""
    lacking = {}
    for room in ROOMS:
        catalogue = collected(room)
        if not len(catalogue):
            continue
        file = catalogue_file(room)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            write_po(stream, catalogue, sort_output=True, omit_header=False, width=100)
        lacking[room] = len(missing(room))
    return lacking


def compile_catalogues() -> None:
    """Write the binary catalogues Django reads, where the text is newer."""
    for room in ROOMS:
        file = catalogue_file(room)
        target = file.with_suffix(".mo")
        if file.exists() and not (
            target.exists() and target.stat().st_mtime >= file.stat().st_mtime
        ):
            with target.open("wb") as stream:
                write_mo(stream, read_catalogue(room))
