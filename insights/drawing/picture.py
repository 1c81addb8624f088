"""What drawing takes and gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers, and how they are written. ``is_faint``: drawn as a background to the others."""

    values: Sequence[float | int | None]
    text: Callable[[float | int | None], str]
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis: its name, its text beside the axis (may be empty), and whether its number still grows."""

    name: str
    tick: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The inside of an SVG element that is ``height`` pixels high and as wide as the page lets it."""

    height: int
    body: SafeString
