"""Fast template tags for what stands on every page. They are built in: templates need no {% load %}.

{% icon "star" %} {% icon "star" "l" %}     a Lucide icon; with a constant name it costs nothing at render time
{% avatar member %} {% avatar member "l" %} photo or initials; "member" has id, display_name and photo
{% avatar_of name id %} {% avatar_of name id photo_url "s" %}   the same from plain values
{% rating 4.6 23 %} {% stars 4.6 %} {% stars 4.6 "s" %}
{% options choices chosen %}                the options of a long <select>: pairs of value and label
{% styles %}                                address of the joined style sheet
{% link_to "services:search" %}             href, and aria-current on the page itself
{% theme %}                                 data-theme for <html>
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, TextNode, Token
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from marketplace.ui.icons import icon_svg
from marketplace.ui.navigation import ENTRANCE, NEXT, address, heading_for
from marketplace.ui.people import avatar_html, stars_svg
from marketplace.ui.styles import style_address

register = template.Library()


class IconNode(Node):
    """An icon whose name is known only when the page is rendered."""

    def __init__(self, name: FilterExpression, modifier: FilterExpression | None) -> None:
        self.name = name
        self.modifier = modifier

    def render(self, context: template.Context) -> SafeString:
        modifier = self.modifier.resolve(context) if self.modifier else ""
        return icon_svg(str(self.name.resolve(context)), str(modifier))


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """{% icon name [modifier] %}: constant arguments are drawn when the template is read."""
    arguments = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    if not 1 <= len(arguments) <= 2:
        raise template.TemplateSyntaxError("{% icon %} takes a name and perhaps a modifier.")
    if all(isinstance(argument.var, str) and not argument.filters for argument in arguments):
        return TextNode(icon_svg(*(str(argument.var) for argument in arguments)))
    return IconNode(arguments[0], arguments[1] if len(arguments) == 2 else None)


@register.simple_tag
def options(choices: Iterable[tuple[object, object]], chosen: object = "") -> SafeString:
    """Options of a select. Hundreds of them are joined here: as tags of a template they take ten times as long."""
    wanted = str(chosen)
    rows = ((str(value), escape(label)) for value, label in choices)
    return mark_safe(  # noqa: S308  escaped one by one
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == wanted else ""}>{label}</option>'
            for value, label in rows
        )
    )


@register.simple_tag
def avatar(member: Any, size: str = "") -> SafeString:
    """The avatar of a member."""
    photo = member.photo.url if member.photo else ""
    return avatar_html(name=member.display_name, key=member.pk, photo=photo, size=size)


@register.simple_tag
def avatar_of(name: str, key: Any, photo: str = "", size: str = "") -> SafeString:
    """An avatar from plain values: name, id, address of the photo or nothing, size."""
    return avatar_html(name=name, key=key, photo=photo, size=size)


@register.simple_tag
def rating(value: float | None, count: int = 0) -> SafeString | str:
    """A star, the mean of the reviews and their number; nothing where there are no reviews."""
    if value is None or not count:
        return ""
    return format_html(
        '<span class="rating">{}<span class="rating__value">{}</span>'
        '<span class="rating__count" aria-hidden="true">({})</span>'
        '<span class="visually-hidden">{}</span></span>',
        icon_svg("star"),
        number_format(value, 1),
        count,
        ngettext("of 5 stars, %(count)s review", "of 5 stars, %(count)s reviews", count) % {"count": count},
    )


@register.simple_tag
def stars(value: float, size: str = "") -> SafeString:
    """Five stars, filled up to ``value``."""
    return stars_svg(round(float(value) * 10), size)


@register.simple_tag
def styles() -> str:
    """Address of the joined style sheet."""
    return style_address()


@register.simple_tag(takes_context=True)
def link_to(context: template.Context, name: str) -> SafeString:
    """``href="…"`` of a page of the navigation, and ``aria-current="page"`` where it is the present one.

    Log-in and sign-up lead to where one was going.
    """
    path = address(name)
    request = context.get("request")
    here = request is not None and request.path == path
    if name in ENTRANCE and heading_for(request):
        path = escape(f"{path}?{urlencode({NEXT: heading_for(request)})}")
    return mark_safe(f'href="{path}" aria-current="page"' if here else f'href="{path}"')  # noqa: S308  our own addresses


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> SafeString:
    """The reader's choice of colours, from her cookie, as ``data-theme="…"``; nothing where the system decides."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request is not None else None
    return mark_safe(f' data-theme="{chosen}"' if chosen in ("light", "dark") else "")  # noqa: S308  one of two words


@register.filter
@cache
def module_addresses(names: str) -> list[str]:
    """Addresses of the ES modules ``js/<name>.js``, for names separated by spaces."""
    return [static(f"js/{name}.js") for name in names.split()]


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, for short constant lists in templates."""
    return text.split()
