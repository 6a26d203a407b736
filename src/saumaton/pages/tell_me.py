"""“Tell me what you want to do”: windows and records found by a few letters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saumaton.pages import registry
from saumaton.pages.frame import allowed, signed_in

WINDOWS_AT_MOST = 8
RECORDS_AT_MOST = 3


@signed_in
def tell_me(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").replace("\0", "").strip()[:100]
    context = {
        "text": text,
        "windows": windows(request, text) if text else [],
        "records": records(request, text) if len(text) > 1 else [],
    }
    partial = getattr(request, "htmx", False)
    return render(request, "pages/_tell_me.html" if partial else "pages/tell_me.html", context)


def windows(request: HttpRequest, text: str) -> list[registry.Window]:
    """Return the windows whose name or further words hold every word of the text."""
    words = text.casefold().split()
    found = [
        window
        for window in registry.visible_windows(request)
        if all(word in f"{window.caption} {window.words}".casefold() for word in words)
    ]
    found.sort(key=lambda window: not str(window.caption).casefold().startswith(words[0]))
    return found[:WINDOWS_AT_MOST]


def records(request: HttpRequest, text: str) -> list[tuple[str, str, str]]:
    """Return caption, name and address of records whose code or name begins with the text."""
    found = []
    for page in registry.LISTS.values():
        if not page.found or page.card_page is None or not allowed(request, page.right):
            continue
        for reference in page.source.suggest(text, RECORDS_AT_MOST):
            name = f"{reference.code} · {reference.name}" if reference.name else reference.code
            found.append((page.caption, name, page.card_page.address_of(reference.key)))
    return found
