"""The design keeps its promises: contrast of every theme, no foreign address, nothing inline."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[2] / "src" / "saumaton" / "pages"
CSS = (PAGES / "static" / "pages" / "design.css").read_text()
PAIRS = (
    ("ink", "surface"), ("ink", "ground"), ("soft", "surface"), ("soft", "ground"),
    ("soft", "sunken"), ("accent", "surface"), ("accent", "ground"), ("accent-ink", "accent"),
    ("accent-strong", "accent-wash"), ("danger", "surface"), ("danger", "danger-wash"),
    ("good", "good-wash"), ("warn", "warn-wash"), ("info", "info-wash"),
)  # fmt: skip
LIGHT, DARK = ":root", ':root[data-theme="dark"] body'
THEMES = {
    "financials light": (LIGHT,),
    "financials dark": (LIGHT, DARK),
    "crm light": (LIGHT, ".site-crm"),
    "crm dark": (LIGHT, ".site-crm", DARK, f"{DARK}.site-crm"),
}


def colours(selector: str) -> dict[str, str]:
    block = re.search(rf"^{re.escape(selector)} {{(.*?)^}}", CSS, re.S | re.M)
    assert block, selector
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block.group(1)))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_its_ground(theme):
    known: dict[str, str] = {}
    for selector in THEMES[theme]:
        known |= colours(selector)
    weak = {
        pair: round(contrast(known[pair[0]], known[pair[1]]), 2)
        for pair in PAIRS
        if contrast(known[pair[0]], known[pair[1]]) < 4.5
    }

    assert weak == {}


def test_the_system_theme_is_the_same_dark():
    automatic = CSS[CSS.index("@media (prefers-color-scheme: dark)") :]
    for name, colour in colours(DARK).items():
        assert f"--{name}: {colour}" in automatic


def test_nothing_comes_from_elsewhere_or_stands_inline():
    for path in PAGES.parent.rglob("*"):
        if path.suffix not in (".html", ".css", ".js", ".svg"):
            continue
        text = path.read_text()
        addresses = re.findall(r"https?://[^\"' )<]+", text)
        assert [a for a in addresses if not a.startswith("http://www.w3.org/")] == [], path
        assert not re.search(r"\sstyle=|\son(click|change|load|submit)=", text), path
