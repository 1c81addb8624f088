"""Numbers at the top of the admin's start page. Upper apps add theirs in ``AppConfig.ready()``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from marketplace.errors import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with the page that it leads to.

    ``measure`` counts by an index, given the present time. ``address`` is a path from the site's root; ``permission``
    is what its page asks for, as Django names it. ``is_alarm``: anything but nought is shown as trouble.
    """

    label: Text
    measure: Callable[[datetime], int]
    address: str
    permission: str
    is_alarm: bool = False


_figures: list[Figure] = []


def register(figure: Figure) -> None:
    """Adds a number."""
    _figures.append(figure)


def shown_figures(reader: AbstractBaseUser | AnonymousUser, *, now: datetime) -> Iterator[tuple[Figure, int]]:
    """The figures whose pages ``reader`` may open, with their present values."""
    for figure in _figures:
        if reader.has_perm(figure.permission):  # type: ignore[union-attr]
            yield figure, figure.measure(now)
