"""Pictures of people, and of what others think of their work."""

from functools import lru_cache
from typing import Any
from zlib import crc32

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HUES = 12
STAR = "M12 2.6l2.9 5.9 6.5.95-4.7 4.6 1.1 6.5L12 17.5l-5.8 3.05 1.1-6.5-4.7-4.6 6.5-.95z"


def initials(name: str) -> str:
    """The first letters of the first and the last word, at most two; "?" where there is no word."""
    words = name.split()
    if not words:
        return "?"
    return words[0][0] + (words[-1][0] if len(words) > 1 else "")


def avatar_html(*, name: str, key: Any, photo: str = "", size: str = "") -> SafeString:
    """A photo, or initials on a hue that follows from ``key`` (the member's id). The name has to stand beside it."""
    css_class = f"avatar avatar--{escape(size)}" if size else "avatar"
    if photo:
        html = f'<img class="{css_class}" src="{escape(photo)}" alt="" width="96" height="96" loading="lazy">'
    else:
        hue = crc32(str(key).encode()) % HUES
        html = f'<span class="{css_class} avatar--h{hue}" aria-hidden="true">{escape(initials(name))}</span>'
    return mark_safe(html)  # noqa: S308  escaped above


@lru_cache(maxsize=64)
def stars_svg(tenths: int, size: str = "") -> SafeString:
    """Five stars, filled up to ``tenths`` of a star; decoration, the number stands beside it."""

    def row(css_class: str) -> str:
        paths = "".join(f'<path transform="translate({24 * n} 0)" d="{STAR}"/>' for n in range(5))
        return f'<g class="{css_class}">{paths}</g>'

    css_class = f"stars stars--{escape(size)}" if size else "stars"
    width = 24 * min(max(tenths, 0), 50) / 10
    return mark_safe(  # noqa: S308  numbers and constants only
        f'<svg class="{css_class}" viewBox="0 0 120 24" aria-hidden="true" focusable="false">{row("stars__empty")}'
        f'<svg x="0" y="0" width="{width:g}" height="24">{row("stars__full")}</svg></svg>'
    )
