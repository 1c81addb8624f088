"""Markdown that members and hosts write, as HTML that is safe to show."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h2", "h3", "h4", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
DEEPEST_HEADING = 4
BREAKS = {"softbreak", "hardbreak"}
RENDERING = 1
"""Number of the way in which Markdown becomes HTML here. Raise it with every change of what comes out, so that stored
HTML is made anew."""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )


def _html(text: str, below: int) -> str:
    """The HTML of ``text``. Its headings, however they were numbered, become the levels that follow ``below``."""
    tokens = _parser().parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    depths = {tag: depth for depth, tag in enumerate(sorted({token.tag for token in headings}), start=below + 1)}
    for token in headings:
        token.tag = f"h{min(depths[token.tag], DEEPEST_HEADING)}"
    html: str = _parser().renderer.render(tokens, _parser().options, {})
    return html


def render_markdown(text: str, *, headings_below: int = 1) -> SafeString:
    """HTML of ``text``. No raw HTML, scripts, pictures or strange links come through; search engines ignore its links.

    ``headings_below`` is the level of the heading under which the text stands.
    """
    html = nh3.clean(
        _html(text, headings_below),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
    )
    return mark_safe(html)  # noqa: S308  cleaned above


def plain_text(text: str, *, length: int = 200) -> str:
    """The words of a Markdown text on one line, without its signs; cut at a word where longer than ``length``."""
    blocks = (token.children or () for token in _parser().parse(text) if token.type == "inline")
    lines = ("".join(" " if part.type in BREAKS else part.content for part in parts) for parts in blocks)
    return shorten(" ".join(" ".join(lines).split()), length)


def shorten(words: str, length: int) -> str:
    """The text, cut at a word and marked with an ellipsis where it has more than ``length`` characters."""
    if len(words) <= length:
        return words
    return words[: length - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
