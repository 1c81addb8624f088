"""Django's ``i18n``, with constant texts translated once for each language instead of once for each page.

The settings put this in its place, so that ``{% load i18n %}`` finds it. A page shows some fifty such texts.
"""

from django.template import Context, Library
from django.template.base import Node, Parser, Token, Variable
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class KeptTranslation(Node):
    """A text that depends on nothing but the language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node = node
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        text = self.kept.get(language)
        if text is None:
            text = self.kept[language] = self.node.render(context)
        return text


def translate(parser: Parser, token: Token) -> Node:
    """``{% translate "Text" %}``; whatever is more than that goes Django's own way."""
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    is_constant = isinstance(expression.var, Variable) and expression.var.literal is not None
    if not is_constant or expression.filters or node.asvar or node.message_context:
        return node
    return KeptTranslation(node)


register.tag("translate", translate)
register.tag("trans", translate)
