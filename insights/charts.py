"""Charts as SVG, made here: no scripts, readable by screen readers, beside a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 720
HEIGHT: Final = 220
LEFT: Final = 44
BOTTOM: Final = 24
TOP: Final = 8


@dataclass(frozen=True, slots=True)
class Point:
    """One value with its name along the axis, and the value a year before, if there is one."""

    label: str
    value: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its table. ``key`` names its CSV; ``summary`` says in a sentence what it shows."""

    key: str
    title: str
    summary: str
    unit: str
    points: Sequence[Point]
    kind: str = "bars"
    label: str = ""
    before_label: str = ""

    @property
    def has_before(self) -> bool:
        """Whether there is anything to compare with."""
        return any(point.before is not None for point in self.points)

    def svg(self) -> SafeString:
        """The drawing."""
        top = _round_up(max((max(point.value, point.before or 0) for point in self.points), default=0))
        body = self._bars(top) if self.kind == "bars" else self._lines(top)
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{k}-t {k}-d">'
            '<title id="{k}-t">{}</title><desc id="{k}-d">{}</desc>{}{}{}</svg>',
            WIDTH,
            HEIGHT,
            self.title,
            self.summary,
            _grid(top),
            body,
            self._axis(),
            k=self.key,
        )

    def _x(self, position: float) -> float:
        return LEFT + position * (WIDTH - LEFT) / max(1, len(self.points))

    def _bars(self, top: float) -> SafeString:
        width = (WIDTH - LEFT) / max(1, len(self.points))
        return format_html_join(
            "",
            '<rect class="chart__bar" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
            (
                (
                    f"{self._x(position) + width * 0.1:.1f}",
                    f"{_y(point.value, top):.1f}",
                    f"{width * 0.8:.1f}",
                    f"{HEIGHT - BOTTOM - _y(point.value, top):.1f}",
                    point.label,
                    f"{point.value:g}",
                )
                for position, point in enumerate(self.points)
            ),
        )

    def _lines(self, top: float) -> SafeString:
        now = " ".join(f"{self._x(i + 0.5):.1f},{_y(p.value, top):.1f}" for i, p in enumerate(self.points))
        before = " ".join(
            f"{self._x(i + 0.5):.1f},{_y(p.before, top):.1f}" for i, p in enumerate(self.points) if p.before is not None
        )
        return format_html(
            '<polyline class="chart__line chart__line--before" points="{}"/>'
            '<polyline class="chart__line" points="{}"/>',
            before,
            now,
        )

    def _axis(self) -> SafeString:
        every = max(1, len(self.points) // 6)
        return format_html_join(
            "",
            '<text class="chart__label" x="{}" y="{}">{}</text>',
            (
                (f"{self._x(position):.1f}", HEIGHT - 6, point.label)
                for position, point in enumerate(self.points)
                if position % every == 0
            ),
        )


def _y(value: float | None, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value or 0) / top)


def _grid(top: float) -> SafeString:
    return format_html_join(
        "",
        '<line class="chart__grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="chart__label" x="0" y="{}">{}</text>',
        (
            (LEFT, WIDTH, f"{_y(value, top):.1f}", f"{_y(value, top):.1f}", f"{_y(value, top) + 4:.1f}", f"{value:g}")
            for value in (0.0, top / 2, top)
        ),
    )


def _round_up(value: float) -> float:
    """The next round number above, for the axis: 1, 2, 5, 10, 20, 50 …"""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if step * factor >= value:
                return step * factor
        step *= 10
