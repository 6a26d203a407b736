"""The frame's own small icons, drawn with strokes in the colour of the text beside them."""

from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "search": "M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5 3.5 3.5",
    "plus": "M8 2.5v11M2.5 8h11",
    "edit": "m10.5 3 2.5 2.5L5.5 13H3v-2.5L10.5 3Z",
    "trash": "M2.5 4.5h11M6 4.5v-2h4v2m-5.5 0 .5 9h6l.5-9",
    "down": "m4 6 4 4 4-4",
    "right": "m6 4 4 4-4 4",
    "left": "m10 4-4 4 4 4",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "columns": "M2.5 2.5h11v11h-11zM6.2 2.5v11M9.8 2.5v11",
    "filter": "M2 3h12l-4.5 5.5V13l-3 1V8.5L2 3Z",
    "export": "M8 2v8m0 0L5 7m3 3 3-3M2.5 12.5v1.5h11v-1.5",
    "check": "m3 8.5 3.5 3.5L13 4.5",
    "close": "m4 4 8 8m0-8-8 8",
    "home": "M2.5 7.5 8 2.5l5.5 5V13.5h-4v-4h-3v4h-4v-6Z",
    "language": (
        "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM1.5 8h13"
        "M8 1.5c2 2 2.5 4 2.5 6.5S10 12.5 8 14.5"
        "M8 1.5c-2 2-2.5 4-2.5 6.5s.5 4.5 2.5 6.5"
    ),
    "theme": "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm0-13v13M10 3.5v9M12 5v6",
    "person": "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6.5c.5-3 2.5-4.5 5.5-4.5s5 1.5 5.5 4.5",
    "keys": "M1.5 4h13v8h-13zM4 6.5h.01M7 6.5h.01M10 6.5h.01M12.5 6.5h.01M5 9.5h6",
    "warning": "M8 2 14.5 13.5h-13L8 2Zm0 4.5v3m0 2v.01",
    "arrow": "M3 8h10m0 0L9 4m4 4-4 4",
}


def icon(name: str) -> SafeString:
    """Return the SVG of an icon. Hidden from screen readers: its button or link has a text."""
    path = PATHS[name]
    return mark_safe(  # the paths are constants of this module
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" '
        f'focusable="false"><path d="{path}"/></svg>'
    )
