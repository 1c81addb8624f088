"""{% kept site.name %}…{% endkept %}: a part of a page that is the same for all readers without a log-in.

It is drawn once for each language, each of the pages that the navigation leads to (which are marked there), and each
set of values that are named in the tag, and then kept in the process. These are all that it may depend on, so nothing
that is kept grows old; they have to be hashable. For members it is drawn each time, and on the way to a page behind the
log-in, which links to log-in and sign-up carry along. Blocks do not belong inside.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.template import Context, Library
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from marketplace.ui.navigation import heading_for, is_address

register = Library()
MOST: Final = 2000
"""Drawings of one part that are kept."""


class KeptNode(Node):
    """The part between the tags."""

    def __init__(self, nodelist: NodeList, named: Sequence[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.named = named
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        user, request = context.get("user"), context.get("request")
        if user is None or user.is_authenticated or heading_for(request):
            return self.nodelist.render(context)
        key = self._key(context)
        found = self.kept.get(key)
        if found is None:
            found = self.nodelist.render(context)
            if len(self.kept) >= MOST:
                self.kept.clear()
            # The key of now: the first drawing tells which addresses the navigation leads to.
            self.kept[self._key(context)] = found
        return found

    def _key(self, context: Context) -> tuple[Any, ...]:
        request = context.get("request")
        path = request.path if request is not None and is_address(request.path) else ""
        return get_language(), path, *(each.resolve(context) for each in self.named)


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """``{% kept [value …] %}…{% endkept %}``."""
    named = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, named)
