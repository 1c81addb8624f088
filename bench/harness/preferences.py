"""Three simulated marketplaces, and one whose outcomes are noise. An argument, not the truth: give another with
``--world``.

Clients want what their family wants, by a sum of a page's true qualities; a quarter of it is a quality that no feature
of the ranking shows. They look at a place the less the lower it stands, and do not decide the same way twice.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import exp
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from bench.harness.worlds import BEGINNING, Fields

SERVICES: Final = 12
PAGES: Final = 600
DIMENSIONS: Final = 16
AREA_KM: Final = 120
SKILLS: Final = 12
SECONDS_BETWEEN: Final = 900
HIDDEN: Final = 0.25
"""Share of a page's worth that no feature shows."""
EXAMINED: Final = 0.7
"""Place k is looked at with a probability of k to the power of minus this (Joachims et al. 2017 find about 1)."""
DOUBT: Final = 0.6
"""Standard deviation of a decision, where a page's worth has one of 1."""
BORDERS: Final = (0.3, 0.9, 1.4, 1.8, 2.3)
"""Worth, in standard deviations above the mean of those who are eligible, from which each grade is given."""


class World:
    """Clients who weigh as ``wishes`` says."""

    wishes: ClassVar[Mapping[str, float]] = {"price": 0.5, "meaning": 0.3, "rating": 0.2}
    is_noise: ClassVar[bool] = False

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._pages = [self._page(number) for number in range(PAGES)]
        self._made = 0
        self._scale: tuple[Any, float, float] = (None, 0.0, 1.0)

    def pages(self) -> Sequence[Fields]:
        """See ``worlds``."""
        return self._pages

    def requests(self, n: int) -> Sequence[Fields]:
        """See ``worlds``."""
        return [self._request() for _each in range(n)]

    def outcome(self, request: Fields, ranked_pages: Sequence[Fields]) -> list[int]:
        """See ``worlds``."""
        worth = self._random.normal(size=len(ranked_pages))
        if not self.is_noise:
            mean, spread = self._usual(request)
            own = np.array([self._worth(request, page) for page in ranked_pages])
            worth = (own - mean) / spread + DOUBT * worth
        examined = self._random.random(len(worth)) < (np.arange(len(worth)) + 1.0) ** -EXAMINED
        return [int(grade) if seen else 0 for grade, seen in zip(np.digitize(worth, BORDERS), examined, strict=True)]

    def relevance(self, request: Fields, page: Fields) -> int:
        """See ``worlds``. In a world of noise it is what the first family wants: nothing can be learned of it."""
        mean, spread = self._usual(request)
        return int(np.digitize((self._worth(request, page) - mean) / spread, BORDERS))

    def _usual(self, request: Fields) -> tuple[float, float]:
        """Mean and standard deviation of what the eligible pages are worth for the request."""
        if self._scale[0] != request["id"]:
            eligible = [page for page in self._pages if request["service"] in page["services"]]
            worth = np.array([self._worth(request, page) for page in eligible])
            self._scale = (request["id"], float(worth.mean()), float(worth.std()) or 1.0)
        return self._scale[1:]

    def _worth(self, request: Fields, page: Fields) -> float:
        qualities = {
            "price": 1 - min(1.0, page["rate"] / request["budget"] / 2),
            "meaning": float(np.dot(request["vector"], page["vector"])),
            "rating": (page["rating"] - 3) / 2,
            "answers": page["acceptance"],
            "skills": len(page["skills"] & request["skills"]) / len(request["skills"]),
            "near": exp(-float(np.hypot(page["x_km"] - request["x_km"], page["y_km"] - request["y_km"])) / 40),
            "time": page["hours_per_week"] / 40,
        }
        worth = float(sum(weight * qualities[name] for name, weight in self.wishes.items()))
        return (1 - HIDDEN) * worth + HIDDEN * float(page["charm"])

    def _page(self, number: int) -> dict[str, Any]:
        random = self._random
        return {
            "id": number,
            "services": {int(random.integers(SERVICES))},
            "vector": self._direction(),
            "skills": set(random.choice(SKILLS, 5, replace=False).tolist()),
            "rate": float(random.lognormal(3.8, 0.5)),
            "rating": float(np.clip(random.normal(4.3, 0.5), 1, 5)),
            "reviews": int(random.poisson(12)),
            "hours_per_week": int(random.integers(5, 41)),
            "acceptance": float(random.beta(3, 2)),
            # One in four joins while the simulation runs.
            "published_at": BEGINNING + timedelta(days=float(random.uniform(-90, 30))),
            "x_km": float(random.uniform(0, AREA_KM)),
            "y_km": float(random.uniform(0, AREA_KM)),
            "charm": float(random.random()),
        }

    def _request(self) -> dict[str, Any]:
        random = self._random
        self._made += 1
        return {
            "id": self._made,
            "at": BEGINNING + timedelta(seconds=SECONDS_BETWEEN * self._made),
            "service": int(random.integers(SERVICES)),
            "vector": self._direction(),
            "skills": set(random.choice(SKILLS, 4, replace=False).tolist()),
            "budget": float(random.lognormal(3.9, 0.4)),
            "on_site": True,
            "x_km": float(random.uniform(0, AREA_KM)),
            "y_km": float(random.uniform(0, AREA_KM)),
        }

    def _direction(self) -> NDArray[np.float64]:
        vector: NDArray[np.float64] = np.abs(self._random.normal(size=DIMENSIONS))
        return vector / float(np.linalg.norm(vector))


class Quality(World):
    """Clients who ask for proven people."""

    wishes: ClassVar[Mapping[str, float]] = {"rating": 0.5, "answers": 0.3, "skills": 0.2}


class Nearness(World):
    """Clients who want somebody near, with time."""

    wishes: ClassVar[Mapping[str, float]] = {"near": 0.6, "time": 0.2, "meaning": 0.2}


class Noise(World):
    """Clients who throw dice."""

    is_noise: ClassVar[bool] = True


FAMILIES: Final[Mapping[str, type[World]]] = {"price": World, "quality": Quality, "nearness": Nearness, "noise": Noise}
