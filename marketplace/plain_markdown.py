"""Texts of nothing but paragraphs and simple lists as HTML: what ``marketplace.markdown`` gives, in a twentieth of the
time, so that it need not be stored."""

import re
from html import escape
from typing import Final

PLAIN: Final = re.compile(r"[\w \n.,:;'()?!%/–—’&\"€£$°=-]*")
"""Nothing that means anything in Markdown, but for a hyphen or number at the beginning of a line."""
MEANINGFUL: Final = re.compile(r"^(?:[-=]|\d+[.)](?:\s|$)| )|\n(?!- )|&#?\w+;|  +\n|\s\Z", re.MULTILINE)


def render_plain(text: str) -> str | None:
    """The HTML of the text, safe to show; None where it takes a Markdown parser to tell."""
    if "_" in text or not PLAIN.fullmatch(text):
        return None
    blocks = text.split("\n\n") if text else []
    parts = [_list(block) if block.startswith("- ") else _paragraph(block) for block in blocks]
    return None if None in parts else "".join(part for part in parts if part)


def _paragraph(block: str) -> str | None:
    return None if not block or MEANINGFUL.search(block) or "\n" in block else f"<p>{escape(block, quote=False)}</p>\n"


def _list(block: str) -> str | None:
    items = block.removeprefix("- ").split("\n- ")
    if any(not item or MEANINGFUL.search(item) or "\n" in item for item in items):
        return None
    return "<ul>\n" + "".join(f"<li>{escape(item, quote=False)}</li>\n" for item in items) + "</ul>\n"
