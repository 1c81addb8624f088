"""What is kept of the demo's about texts: the same as the product's own Markdown gives, in a fraction of the time."""

from typing import Final

from marketplace.markdown import RENDERING, shorten
from marketplace.plain_markdown import render_plain
from services.models import ServicePage

SUMMARY: Final = 160


def render_about(page: ServicePage) -> None:
    """Does what the page's own ``render_about()`` does; only a text that needs it goes through the Markdown parser."""
    if render_plain(page.about) is None:
        page.render_about()
        return
    page.about_html = ""
    page.summary = shorten(" ".join(page.about.replace("\n- ", " ").removeprefix("- ").split()), SUMMARY)
    page.about_rendering = RENDERING
