"""Charts over time: upright bars, and lines.

Text must not shrink with the chart on a phone, so only the inner ``svg`` (bars and lines) is stretched; texts are
placed by percentages. The numbers of the vertical axis stand to the left of the drawing, in a margin that the style
sheet leaves.
"""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from insights.drawing.numbers import number_text
from insights.drawing.picture import Mark, Picture, Series
from insights.drawing.scale import tick_text_decimals, ticks

HEIGHT: Final = 256
TOP: Final = 10
PLOT: Final = 218
"""Pixels between the highest tick and the base line."""
WIDE: Final = 1000
"""Width of the inner drawing in its own units."""
GAP: Final = 0.22
"""Share of a bar's place that stays empty."""


def bars(series: Sequence[Series], *, marks: Sequence[Mark]) -> Picture:
    """A bar for each number of the first series."""
    first = series[0]
    levels = _levels(series)
    width = WIDE / max(1, len(marks))
    rects = (
        (
            " chart__bar--open" if mark.is_open else "",
            f"{(at + GAP / 2) * width:.2f}",
            f"{_y(value, levels):.2f}",
            f"{(1 - GAP) * width:.2f}",
            f"{PLOT - _y(value, levels):.2f}",
            mark.name,
            first.text(value),
        )
        for at, (mark, value) in enumerate(zip(marks, first.values, strict=True))
        if value
    )
    drawn = format_html_join(
        "",
        '<rect class="chart__bar{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        rects,
    )
    return _picture(levels, drawn, marks)


def lines(series: Sequence[Series], *, marks: Sequence[Mark]) -> Picture:
    """A line for each series, the first one on top; the area below it is filled."""
    levels = _levels(series)
    area = format_html('<path class="chart__area" d="{}"/>', _area(series[0].values, levels))
    paths = [
        ("soft" if each.is_faint else number, _path(each.values, levels)) for number, each in enumerate(series, start=1)
    ]
    drawn = format_html_join("", '<path class="chart__line chart__line--{}" d="{}"/>', reversed(paths))
    return _picture(levels, area + drawn, marks)


def _levels(series: Sequence[Series]) -> list[float]:
    values = [value for each in series for value in each.values if value is not None]
    return ticks(max(values, default=0), whole=all(isinstance(value, int) for value in values))


def _y(value: float | int | None, levels: Sequence[float]) -> float:
    return PLOT * (1 - (value or 0) / levels[-1])


def _place(position: float, count: int) -> float:
    """The middle of a place on the horizontal axis, from 0 to 1."""
    return (position + 0.5) / max(1, count)


def _path(values: Sequence[float | int | None], levels: Sequence[float]) -> str:
    """A line through the numbers; it is broken where one is missing."""
    parts, pen = [], "M"
    for position, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        parts.append(f"{pen}{_place(position, len(values)) * WIDE:.1f},{_y(value, levels):.1f}")
        pen = "L"
    return "".join(parts)


def _area(values: Sequence[float | int | None], levels: Sequence[float]) -> str:
    """The surface between the line and the base."""
    known = [position for position, value in enumerate(values) if value is not None]
    if not known:
        return ""
    points = [(f"{_place(at, len(values)) * WIDE:.1f}", f"{_y(values[at], levels):.1f}") for at in known]
    line = "".join(f"L{x},{y}" for x, y in points)
    return f"M{points[0][0]},{PLOT}{line}L{points[-1][0]},{PLOT}Z"


def _picture(levels: Sequence[float], drawn: SafeString, marks: Sequence[Mark]) -> Picture:
    plot = format_html(
        '<svg class="chart__plot" x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        "{}</svg>",
        TOP,
        PLOT,
        WIDE,
        PLOT,
        drawn,
    )
    return Picture(HEIGHT, _grid(levels) + plot + _axis(marks))


def _grid(levels: Sequence[float]) -> SafeString:
    decimals = tick_text_decimals(levels[1])
    return format_html_join(
        "",
        '<line class="chart__grid{0}" x1="0" x2="100%" y1="{2}" y2="{2}"/>'
        '<text class="chart__level" x="-10" y="{2}" dy="4" text-anchor="end">{1}</text>',
        (
            (
                "" if level else " chart__grid--base",
                number_text(level, decimals),
                f"{TOP + _y(level, levels):.1f}",
            )
            for level in levels
        ),
    )


def _axis(marks: Sequence[Mark]) -> SafeString:
    """Texts below the axis. Every second one is left out where the chart is narrow."""
    shown = [(_place(at, len(marks)), mark.tick) for at, mark in enumerate(marks) if mark.tick]
    return format_html_join(
        "",
        '<text class="chart__tick{}" x="{}%" y="{}" text-anchor="{}">{}</text>',
        (
            (" chart__tick--minor" if number % 2 else "", f"{place * 100:.2f}", HEIGHT - 6, _anchor(place), text)
            for number, (place, text) in enumerate(shown)
        ),
    )


def _anchor(place: float) -> str:
    if place < 0.03:
        return "start"
    return "end" if place > 0.97 else "middle"
