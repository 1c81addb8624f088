"""Django's ``static``, with constant paths looked up once. The settings put this in its place."""

from functools import cached_property

from django.template import Context, Library
from django.template.base import Node, Parser, Token
from django.templatetags import static as django_static
from django.utils.html import conditional_escape

register = Library()
register.tags.update(django_static.register.tags)


class KeptAddress(Node):
    """The address of a file that does not change while the process runs."""

    def __init__(self, path: str) -> None:
        self.path = path

    @cached_property
    def address(self) -> str:
        """As Django's tag writes it: escaped. Looked up when the first page needs it."""
        return conditional_escape(django_static.static(self.path))

    def render(self, context: Context) -> str:
        return self.address


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """``{% static "path" %}``; whatever is more than that goes Django's own way."""
    node = django_static.do_static(parser, token)
    is_constant = isinstance(node.path.var, str) and not node.path.filters and node.varname is None
    return KeptAddress(str(node.path.var)) if is_constant else node
