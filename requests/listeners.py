"""Whoever above wants to know at once that a request was published. Filled from ``AppConfig.ready()``.

For what must not be lost there are events; this is for what is only worth knowing now.
"""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)
_listeners: list[Callable[[], object]] = []


def on_publication(listener: Callable[[], object]) -> None:
    """Adds a listener, which is called after the commit of each first publication. It has to be quick."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_listeners() -> None:
    """Calls all of them; an error of one is logged and keeps nobody from anything."""
    for listener in _listeners:
        try:
            listener()
        except Exception:
            logger.exception("A listener to publications failed")
