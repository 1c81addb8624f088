"""Searches like those of a day: made from the words, services and places that the marketplace has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from random import Random
from typing import Final

from services.models import SearchEntry, SearchWord, Service
from services.search.query import SearchQuery

LONGEST: Final = 20
RAREST: Final = 50
"""Words that are taken for rare where all are frequent."""
SENTENCES: Final = (
    "someone who makes our shop look better on the internet",
    "help me sleep through the night again",
    "my tap drips and nobody comes",
    "we need our numbers in order before the bank asks",
    "pictures of our big day",
    "teach my daughter to speak with confidence",
    "a voice for our commercial",
    "turn my notes into a book",
    "make the computers talk to each other",
    "get our products noticed abroad",
)
"""What people mean, in other words than providers use."""


@dataclass(frozen=True, slots=True)
class World:
    """What searches are made of."""

    frequent: Sequence[str]
    rare: Sequence[str]
    services: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, float, float]]

    @classmethod
    def read(cls) -> "World":
        """From the database, in an order that is the same for the same marketplace."""
        words = SearchWord.objects.filter(word__regex="^[a-z]{4,12}$")
        frequent = words.order_by("-pages", "word").values_list("word", flat=True)[:60]
        few = words.filter(pages__gt=3, pages__lt=60).order_by("word")
        if not few.exists():  # among millions of pages no word of the demo's texts is as rare as that
            few = words.filter(pages__gt=3).order_by("pages", "word")
        rare = few.values_list("word", flat=True)
        services = Service.objects.filter(is_active=True).order_by("slug").values_list("slug", "name")
        places = (
            SearchEntry.objects.exclude(latitude=None).order_by("page").values_list("country", "latitude", "longitude")
        )
        return cls(list(frequent), list(rare), list(services), list(places[:500]))  # type: ignore[arg-type]


def searches(world: World, *, number: int, seed: int = 1) -> Mapping[str, list[SearchQuery]]:
    """``number`` searches of every kind."""
    rng = Random(seed)
    return {kind: [make(world, rng) for _ in range(number)] for kind, make in KINDS.items()}


def mixed(number: int) -> list[SearchQuery]:
    """About so many searches of this marketplace, the kinds in turn."""
    kinds = searches(World.read(), number=max(1, number // len(KINDS)))
    return list(chain.from_iterable(zip(*kinds.values(), strict=True)))


def _frequent(world: World, rng: Random) -> SearchQuery:
    return SearchQuery(text=" ".join(rng.sample(world.frequent, rng.choice((1, 2, 3)))))


def _rare(world: World, rng: Random) -> SearchQuery:
    return SearchQuery(text=f"{rng.choice(world.rare)} {rng.choice(world.frequent)}")


def _service(world: World, rng: Random) -> SearchQuery:
    return SearchQuery(text=rng.choice(world.services)[1].lower())


def _misspelled(world: World, rng: Random) -> SearchQuery:
    words = rng.choice(world.services)[1].lower().split()
    place = max(range(len(words)), key=lambda each: len(words[each]))
    cut = rng.randrange(1, max(2, len(words[place]) - 1))
    words[place] = words[place][:cut] + words[place][cut + 1 :]
    return SearchQuery(text=" ".join(words))


def _meant(world: World, rng: Random) -> SearchQuery:
    return SearchQuery(text=rng.choice(SENTENCES))


def _broad(world: World, rng: Random) -> SearchQuery:
    return replace(_service(world, rng), language="en", remote=True)


def _narrow(world: World, rng: Random) -> SearchQuery:
    country, latitude, longitude = rng.choice(world.places)
    asked = replace(rng.choice((_service, _frequent, _meant))(world, rng), min_rating=4, available=True)
    if rng.random() < 0.5:
        return replace(asked, country=country)
    return replace(asked, latitude=latitude, longitude=longitude, radius_km=30)


def _narrowest(world: World, rng: Random) -> SearchQuery:
    country = rng.choice(world.places)[0]
    return replace(_frequent(world, rng), service=rng.choice(world.services)[0], country=country, language="en")


def _browsed(world: World, rng: Random) -> SearchQuery:
    service = rng.choice((*(slug for slug, _name in rng.sample(world.services, 3)), ""))
    return SearchQuery(service=service, sort=rng.choice(("relevance", "rating", "newest", "price")))


KINDS: Final = {
    "frequent words": _frequent,
    "rare words": _rare,
    "a service's name": _service,
    "misspelled": _misspelled,
    "only the meaning": _meant,
    "broad filters": _broad,
    "narrow filters": _narrow,
    "very narrow filters": _narrowest,
    "browsing": _browsed,
}
