"""The about texts of the demo as HTML: the same as the product's own Markdown gives, in a twentieth of the time."""

import re
from html import escape
from typing import Final

from marketplace.markdown import RENDERING, shorten
from services.models import ServicePage

SUMMARY: Final = 160
PLAIN: Final = re.compile(r"[\w\s.,:;'()?!%/–—’&\"€£$°=-]*")
"""Nothing that means anything in Markdown, but for a hyphen or number at the beginning of a line."""
MEANINGFUL: Final = re.compile(r"^(?:[-=]|\d+[.)]\s| )|\n(?!- )|&#?\w+;|  +\n|\s\Z", re.MULTILINE)


def render_about(page: ServicePage) -> None:
    """Does what the page's own ``render_about()`` does. Paragraphs and lists are put together here; a text with
    anything else in it goes through the Markdown parser."""
    blocks = page.about.split("\n\n")
    parts = [_list(block) if block.startswith("- ") else _paragraph(block) for block in blocks]
    if not PLAIN.fullmatch(page.about) or None in parts:
        page.render_about()
        return
    page.about_html = "".join(part for part in parts if part)
    page.summary = shorten(" ".join(page.about.replace("\n- ", " ").removeprefix("- ").split()), SUMMARY)
    page.about_rendering = RENDERING


def _paragraph(block: str) -> str | None:
    return None if MEANINGFUL.search(block) or "\n" in block else f"<p>{escape(block, quote=False)}</p>\n"


def _list(block: str) -> str | None:
    items = block.removeprefix("- ").split("\n- ")
    if any(MEANINGFUL.search(item) or "\n" in item for item in items):
        return None
    return "<ul>\n" + "".join(f"<li>{escape(item, quote=False)}</li>\n" for item in items) + "</ul>\n"
