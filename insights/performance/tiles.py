"""Single numbers in words, each beside the one of the span before."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from insights.drawing.numbers import number_text, percent
from insights.performance.counts import Count, Share
from insights.performance.spans import Span

Tone = Literal["", "up", "down"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with its name. ``change`` is that against the span before, ``tone`` its direction, ``note`` what else is
    to be said."""

    label: Promise | str
    value: str
    note: Promise | str = ""
    change: str = ""
    tone: Tone = ""


def count_tile(label: Promise | str, found: Count, span: Span) -> Tile:
    """How many, and by how many per cent that is more or less. From nothing there are no per cents."""
    before = number_text(found.before) if found.before else _("none")
    note = _("%(number)s in the %(before)s") % {"number": before, "before": span.before}
    tone = _tone(found.change)
    change = _("no change") if found.change is not None and not tone else percent(found.change)
    return Tile(label, number_text(found.value), note, change, tone)


def share_tile(label: Promise | str, found: Share, span: Span, *, empty: str) -> Tile:
    """A share in per cent, and the difference in points. ``empty`` is said where there is nothing to share."""
    if found.value is None:
        return Tile(label, "–", empty)
    note = _("%(part)s of %(whole)s") % {"part": number_text(found.part.value), "whole": number_text(found.whole.value)}
    if found.before is not None:
        past = {"share": share_text(found.before), "before": span.before}
        note = _("%(now)s; %(share)s in the %(before)s") % {"now": note, **past}
    return Tile(label, share_text(found.value), note, points(found.change), _tone(found.change))


def share_text(fraction: float) -> str:
    """Such as "25 %"."""
    return f"{number_text(fraction * 100)} %"


def points(difference: float | None) -> str:
    """Such as "+5 points"; empty for None."""
    if difference is None:
        return ""
    return _("%(number)s points") % {"number": f"{difference * 100:+.0f}".replace("-", "−")}


def _tone(change: float | None) -> Tone:
    """None for what rounds to no change."""
    if change is None or abs(change) < 0.005:
        return ""
    return "up" if change > 0 else "down"
