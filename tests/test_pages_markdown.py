"""Markdown from outside."""

from random import Random

import pytest

from marketplace.markdown import plain_text, render_markdown
from marketplace.plain_markdown import render_plain


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://example.com" onclick="alert(1)">x</a>',
        "![x](https://example.com/tracker.png)",
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_harmful_comes_through(text: str) -> None:
    html = render_markdown(text)
    assert not any(bad in html for bad in ("<script", "<style", "<img", "<a onclick", 'href="javascript', 'href="data'))
    assert "onclick=" not in html.replace("onclick=&quot;", "").replace('onclick="alert(1)"&gt;', "")


def test_headings_follow_the_pages_own_without_a_gap() -> None:
    assert render_markdown("### Deep\n\ntext\n\n##### Deeper") == "<h2>Deep</h2>\n<p>text</p>\n<h3>Deeper</h3>\n"
    assert "<h4>Four</h4>" in render_markdown("# One\n# One\n## Two\n### Three\n#### Four", headings_below=1)


def test_links_tell_search_engines_nothing() -> None:
    assert 'rel="nofollow ugc noopener"' in render_markdown("[us](https://example.com)")


def test_plain_text_is_cut_at_a_word() -> None:
    assert plain_text("## Hello\n\n**brave** new *world*, and [more](https://example.com)") == (
        "Hello brave new world, and more"
    )
    assert plain_text("one two three four", length=12) == "one two…"


PIECES = (
    *("a", "Bc", "1", "12.", "3)", "- ", "-", "===", "\n", "\n\n", "  ", " ", "&", "amp;", ";", '"', "é", "漢", "_a_"),
    *("\t", "\u00a0", "\r\n", "http://x.y", "#", "*", "’", "(", "=", "[x](y)", "\x0c", "\u2028"),
)


def test_plain_texts_are_drawn_as_the_parser_does() -> None:
    chance, plain = Random(3), 0
    for _round in range(4000):
        text = "".join(chance.choices(PIECES, k=chance.randrange(9)))
        drawn = render_plain(text)
        plain += drawn is not None
        assert drawn in (None, render_markdown(text, headings_below=2)), text
    assert plain > 400
