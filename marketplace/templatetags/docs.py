"""Filters for the API's documentation."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from marketplace.markdown import render_markdown

register = template.Library()
CODE = re.compile(r"``?([^`]+)``?")


@register.filter
def said(text: str) -> SafeString:
    """A description of the OpenAPI document, which is Markdown, as HTML."""
    return render_markdown(text, headings_below=3)


@register.filter
def said_inline(text: str) -> SafeString:
    """A description within a line: only its words in backticks are marked."""
    return mark_safe(CODE.sub(r"<code>\1</code>", conditional_escape(text)))  # noqa: S308  escaped before


@register.filter
def subject_name(subject: str) -> str:
    """The heading of a subject: "saved-searches" as "Saved searches"."""
    return subject.replace("-", " ").capitalize()


@register.filter
def breakable(path: str) -> SafeString:
    """An address that may break after its slashes."""
    return mark_safe(conditional_escape(path).replace("/", "/<wbr>"))  # noqa: S308  escaped before
