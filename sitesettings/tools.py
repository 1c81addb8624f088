"""Buttons on the admin page of the site's settings. Upper apps add theirs in ``AppConfig.ready()``."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.errors import Text


@dataclass(frozen=True, slots=True)
class Tool:
    """A link to a page that does something for the whole site, such as removing the demo.

    ``address`` is the name of an address pattern without arguments. ``is_shown`` is asked each time.
    """

    label: Text
    description: Text
    address: str
    is_shown: Callable[[], bool]


_tools: list[Tool] = []


def register(tool: Tool) -> None:
    """Adds a button."""
    _tools.append(tool)


def shown_tools() -> list[Tool]:
    """The buttons that are of use at present."""
    return [tool for tool in _tools if tool.is_shown()]
