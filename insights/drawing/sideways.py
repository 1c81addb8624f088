"""Charts over names: a name, and below it a bar for each of its numbers. They read the same on a phone."""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from insights.drawing.picture import Mark, Picture, Series

NAME: Final = 20
"""Pixels of the line with the name."""
BAR: Final = 10
STEP: Final = 16
"""Pixels from one bar of a name to the next."""
SPACE: Final = 10
LONGEST: Final = 80
"""Per cent of the width that the longest bar takes. Its number stands to the right."""


def bars(series: Sequence[Series], *, marks: Sequence[Mark]) -> Picture:
    """A bar for each number of each series. Each series has a scale of its own, up to its longest bar.

    A mark's tick stands at the end of the line with its name.
    """
    height = NAME + STEP * len(series) + SPACE
    tops = [max((value or 0 for value in each.values), default=0) or 1 for each in series]
    body = format_html_join(
        "",
        '<svg y="{}" width="100%" height="{}"><text class="chart__name" x="0" y="14">{}</text>'
        '<text class="chart__number" x="100%" y="14" text-anchor="end">{}</text>{}</svg>',
        (
            (
                at * height,
                height,
                mark.name,
                mark.tick.removeprefix("· "),
                _row(
                    [(each.values[at] or 0) / top for each, top in zip(series, tops, strict=True)],
                    [each.text(each.values[at]) for each in series],
                ),
            )
            for at, mark in enumerate(marks)
        ),
    )
    return Picture(height * len(marks), body)


def _row(shares: Sequence[float], texts: Sequence[str]) -> SafeString:
    return format_html_join(
        "",
        '<rect class="chart__track" x="0" y="{0}" width="{1}%" height="{2}" rx="3"/>'
        '<rect class="chart__bar chart__bar--{3}" x="0" y="{0}" width="{4}%" height="{2}" rx="3"/>'
        '<text class="chart__number" x="100%" y="{0}" dy="9" text-anchor="end">{5}</text>',
        (
            (NAME + number * STEP, LONGEST, BAR, number + 1, f"{share * LONGEST:.2f}", text)
            for number, (share, text) in enumerate(zip(shares, texts, strict=True))
        ),
    )
