"""The registry of searches that can be saved. Upper apps fill it from ``AppConfig.ready()``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise

from accounts.models import Member
from marketplace.errors import NotFound

Hit = tuple[str, str]
"""Title and path of something that was found."""


class Fresh(NamedTuple):
    """Something that was published, and when. ``again``: it may have been there before, so some may have been told of
    it; with ``first``, it was there then, and is not new to who saved her search later."""

    id: UUID
    at: datetime
    again: bool = False
    first: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A search of this site that can be saved, with its page at ``path``. They are shown by ``position``.

    ``names`` are the parameters of its canonical address. ``canonical`` turns the parameters of the page, typed by a
    reader of a locale, into those; it raises InvalidInput. ``shown`` turns them back for a reader. ``describe`` puts
    many at once into words, in a fixed number of queries: None for one that the search does not understand any more.

    ``fresh`` names what became public after one moment, up to and including another: for the first time, or again after
    it was taken back so soon that not every search had looked. ``matching`` picks those of them that answer an address
    for a member, newest first, without what is her own; it raises InvalidInput. ``hits`` are the ones that everybody
    may see now. ``counted`` says how many are new.
    """

    key: str
    position: int
    label: Promise
    path: str
    names: frozenset[str]
    canonical: Callable[[QueryDict, str], Mapping[str, str]]
    shown: Callable[[QueryDict, str], str]
    describe: Callable[[Sequence[QueryDict], str], list[list[str] | None]]
    fresh: Callable[[datetime, datetime], list[Fresh]]
    matching: Callable[[QueryDict, Sequence[UUID], Member, datetime], list[UUID]]
    hits: Callable[[Collection[UUID]], Mapping[UUID, Hit]]
    counted: Callable[[int], str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Adds a kind; raises ValueError where the key is taken by another."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"The kind {kind.key!r} of saved searches is registered twice.")


def all_kinds() -> list[Kind]:
    """All kinds in their order."""
    return sorted(_kinds.values(), key=lambda kind: kind.position)


def kind_of(key: str) -> Kind:
    """The kind of this key. Raises NotFound."""
    if key not in _kinds:
        raise NotFound
    return _kinds[key]
