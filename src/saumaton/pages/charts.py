"""Charts as values: numbers become the coordinates that the SVG partials draw.

A partial uses classes for colours, so a chart follows the theme and needs no inline style.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from saumaton.pages.fields import Text

WIDTH, HEIGHT = 400, 190
LEFT, BOTTOM, TOP = 44, 26, 12
AROUND = 2 * math.pi * 42


@dataclass(frozen=True)
class Point:
    """One figure: its caption, its value, its value as text, and where a click leads."""

    caption: Text
    value: Decimal | int
    text: str = ""
    address: str = ""


@dataclass(frozen=True)
class Chart:
    caption: Text
    template: str
    points: Sequence[Any]
    ticks: Sequence[Any] = ()
    total: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def _nice(highest: float) -> float:
    """Return the step between four grid lines, a round number."""
    rough = max(highest, 1) / 4
    power = 10 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough)


def columns(caption: Text, points: Sequence[Point]) -> Chart:
    """Return a chart of upright columns, such as an amount by month."""
    step = _nice(max((float(point.value) for point in points), default=0))
    top, floor = step * 4, HEIGHT - BOTTOM
    scale = (floor - TOP) / top
    wide = (WIDTH - LEFT) / max(len(points), 1)
    drawn = [
        {
            "point": point,
            "x": f"{LEFT + wide * place + wide * 0.18:.1f}",
            "middle": f"{LEFT + wide * (place + 0.5):.1f}",
            "width": f"{wide * 0.64:.1f}",
            "y": f"{floor - max(float(point.value), 0) * scale:.1f}",
            "height": f"{max(float(point.value), 0) * scale:.1f}",
        }
        for place, point in enumerate(points)
    ]
    ticks = [
        {"y": f"{floor - step * line * scale:.1f}", "text": _short(step * line)}
        for line in range(5)
    ]
    return Chart(caption, "pages/charts/columns.svg", drawn, ticks)


def _short(value: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def ring(caption: Text, points: Sequence[Point], total: str = "") -> Chart:
    """Return a ring of parts of a whole, such as orders by state."""
    whole = float(sum(point.value for point in points)) or 1.0
    drawn, before = [], 0.0
    for place, point in enumerate(points):
        part = float(point.value) / whole * AROUND
        drawn.append(
            {
                "point": point,
                "class": f"series-{place % 6 + 1}",
                "dash": f"{part:.2f} {AROUND - part:.2f}",
                "offset": f"{AROUND / 4 - before:.2f}",
            }
        )
        before += part
    return Chart(caption, "pages/charts/ring.svg", drawn, total=total, width=100, height=100)


def bars(caption: Text, points: Sequence[Point]) -> Chart:
    """Return lying bars with their captions, such as items below their reorder point."""
    highest = max((float(point.value) for point in points), default=0) or 1.0
    drawn = [
        {"point": point, "percent": f"{max(float(point.value), 0) / highest * 100:.1f}"}
        for point in points
    ]
    return Chart(caption, "pages/charts/bars.html", drawn)
