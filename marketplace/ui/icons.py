"""Icons of the lucide package as inline SVG, made once per name and then kept as text."""

from functools import lru_cache

import lucide
from django.utils.safestring import SafeString, mark_safe

FALLBACK = "circle-dashed"


@lru_cache(maxsize=1024)
def icon_svg(name: str, modifier: str = "") -> SafeString:
    """The icon ``name``, hidden from screen readers. ``modifier``: ``s``, ``l``, ``xl`` or another end of ``.icon--``.

    An unknown name (they can be typed into the admin) gives a dashed circle.
    """
    css_class = f"icon icon--{modifier}" if modifier else "icon"
    attributes = {"class": css_class, "aria_hidden": "true", "focusable": "false"}
    try:
        svg = lucide._render_icon(name, 24, **attributes)
    except lucide.IconDoesNotExist:
        svg = lucide._render_icon(FALLBACK, 24, **attributes)
    return mark_safe(" ".join(svg.split()))  # noqa: S308  drawn by the package, no outside text in it
