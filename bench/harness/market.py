"""A simulated marketplace as matching sees it: what it remembers of a world, and how it shows requests there."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from bench.harness import worlds
from bench.harness.worlds import BEGINNING, Fields, World
from requests.learning.examples import Example, matrix
from requests.learning.grades import GAINS
from requests.learning.judge import ndcg
from requests.matching.fair_share import DAYS, share_of
from requests.matching.fairness import Place, choose
from requests.matching.features import NEW, Facts, Subject
from requests.matching.rank import SHIPPED, Ranked, Scorer, rank

PLACES: Final = 10
MONTH: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
Grades = dict[Any, int]
"""What came of each page that was shown, by its id, best place first."""


@dataclass
class Market:
    """A world with what the marketplace remembers of it."""

    world: World
    pages: list[Fields] = field(init=False)
    told: dict[Any, list[datetime]] = field(default_factory=dict)
    places: Counter[Any] = field(default_factory=Counter)
    new_places: int = 0
    _by_key: dict[UUID, Fields] = field(init=False)
    _shown: deque[datetime] = field(default_factory=deque)
    _number: int = 0
    _last: Any = None

    def __post_init__(self) -> None:
        self.pages = list(self.world.pages())
        self._by_key = {worlds.page_key(page): page for page in self.pages}

    def forget_places(self) -> None:
        """Begins to count anew."""
        self.places.clear()
        self.new_places = 0

    def show(self, request: Fields, scorer: Scorer) -> tuple[Example, Grades]:
        """Shows the request to ten pages, as matching would; returns what can be learned, and the grades."""
        now = self._now(request)
        chosen = [place.ranked for place in self._chosen(request, scorer, now)]
        pages = [self._page_of(each) for each in chosen]
        self._shown.append(now)
        for each, page in zip(chosen, pages, strict=True):
            self._remember(each.subject, page, now)
        grades = self._grades(request, pages)
        features = matrix([each.features for each in chosen])
        return Example(features, np.array([*grades.values()], dtype=np.int64), np.arange(len(grades))), grades

    def compared(self, request: Fields, scorer: Scorer) -> tuple[float, float]:
        """The quality of the shipped ranking and of ``scorer``'s for a request, which is then shown by ``scorer``."""
        now = self._now(request)
        worth = getattr(self.world, "relevance", None)
        if worth is None:
            return _compared(self._outcome(request, SHIPPED, now), self.show(request, scorer)[1])
        pages = {worlds.page_key(page): page for page in self._eligible(request)}
        true = {key: min(max(int(worth(request, page)), 0), 5) for key, page in pages.items()}
        before, after = (
            ndcg(np.array([true[each.page_id] for each in ranked]), [each.score for each in ranked])
            for ranked in (self._ranked(request, SHIPPED, now), self._ranked(request, scorer, now))
        )
        self.show(request, scorer)
        return before, after

    def _chosen(self, request: Fields, scorer: Scorer, now: datetime) -> list[Place]:
        """As matching chooses: the share goes by the places of the last 30 days, or since there are any."""
        while self._shown and now - self._shown[0] >= MONTH:
            self._shown.popleft()
        days = max(1.0, (now - self._shown[0]) / DAY) if self._shown else 1.0
        places = round(len(self._shown) * PLACES * DAYS / days)
        share = share_of(places=places, pages=len(self.pages))
        return choose(self._ranked(request, scorer, now), size=PLACES, share=share)

    def _outcome(self, request: Fields, scorer: Scorer, now: datetime) -> Grades:
        return self._grades(request, [self._page_of(place.ranked) for place in self._chosen(request, scorer, now)])

    def _grades(self, request: Fields, pages: Sequence[Fields]) -> Grades:
        grades = worlds.grades(self.world.outcome(request, pages), pages)
        return {page["id"]: grade for page, grade in zip(pages, grades, strict=True)}

    def _ranked(self, request: Fields, scorer: Scorer, now: datetime) -> list[Ranked]:
        subjects = [worlds.subject(request, page, self._facts(page, now), now) for page in self._eligible(request, now)]
        ranked = rank(subjects, seed=str(request.get("id")), scorer=scorer)
        own = getattr(self.world, "features", None)
        return ranked if own is None else self._by_own_features(ranked, request, own, scorer)

    def _by_own_features(
        self, ranked: list[Ranked], request: Fields, own: Callable[..., Any], scorer: Scorer
    ) -> list[Ranked]:
        rows = matrix([own(request, self._page_of(each)) for each in ranked])
        scores = scorer.scores(rows)
        again = [
            Ranked(each.subject, score, row, scorer) for each, score, row in zip(ranked, scores, rows, strict=True)
        ]
        return sorted(again, key=lambda each: -each.score)

    def _eligible(self, request: Fields, now: datetime | None = None) -> list[Fields]:
        moment = now or self._now(request)
        return [
            page
            for page in self.pages
            if worlds.is_eligible(request, page) and (page.get("published_at") or BEGINNING) <= max(moment, BEGINNING)
        ]

    def _page_of(self, ranked: Ranked) -> Fields:
        return self._by_key[ranked.page_id]

    def _now(self, request: Fields) -> datetime:
        """The time of the request: its own, or ten minutes after the one before."""
        key = request.get("id")
        if key != self._last:
            self._last, self._number = key, self._number + 1
        found: datetime = request.get("at") or BEGINNING + timedelta(minutes=10 * self._number)
        return found

    def _facts(self, page: Fields, now: datetime) -> Facts:
        told = self.told.get(page["id"], [])
        recent = [moment for moment in told if now - moment < MONTH]
        self.told[page["id"]] = recent
        return Facts(
            leads_today=sum(now - moment < DAY for moment in recent),
            leads_30_days=len(recent),
            last_matched_at=recent[-1] if recent else None,
            acceptance=page.get("acceptance"),
        )

    def _remember(self, subject: Subject, page: Fields, now: datetime) -> None:
        self.told.setdefault(page["id"], []).append(now)
        self.places[page["id"]] += 1
        self.new_places += now - subject.candidate.first_published_at < NEW


def _compared(before: Grades, after: Grades) -> tuple[float, float]:
    """Both outcomes as nDCG: shares of what the best order of all these pages would have been worth, each page by the
    better of what came of it; 0 where nothing came of any."""
    best = _dcg(sorted((max(before.get(page, 0), after.get(page, 0)) for page in {*before, *after}), reverse=True))
    return (_dcg([*before.values()]) / best, _dcg([*after.values()]) / best) if best else (0.0, 0.0)


def _dcg(grades: Sequence[int]) -> float:
    return sum(GAINS[grade] / float(np.log2(place + 2)) for place, grade in enumerate(grades[:PLACES]))
