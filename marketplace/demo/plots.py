"""What becomes of each request. The first ones tell the log-ins' story; of the others chance decides."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from requests.models import RequestStatus, Visibility

OPEN, IN_REVIEW, AWARDED = RequestStatus.OPEN, RequestStatus.IN_REVIEW, RequestStatus.AWARDED
CLOSED, EXPIRED, DRAFT = RequestStatus.CLOSED, RequestStatus.EXPIRED, RequestStatus.DRAFT


class Part(StrEnum):
    """How far the demo's provider gets with a request of the story."""

    NEW = "new"
    SEEN = "seen"
    DECLINED = "declined"
    DRAFTED = "drafted"
    SENT = "sent"
    SHORTLISTED = "shortlisted"
    COUNTERED = "countered"
    WITHDRAWN = "withdrawn"
    WON = "won"


class Stage(StrEnum):
    """How far the work got. ``RATED``: both reviews are written; ``DONE``: only the provider's, and still hidden."""

    AGREED = "agreed"
    UNDER_WAY = "under_way"
    MARKED = "marked"
    TO_CONFIRM = "to_confirm"
    DONE = "done"
    RATED = "rated"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Plot:
    """One request's fate. ``days`` is how long ago it was begun.

    ``is_claras``: the demo's client posts it. ``part`` is what the demo's provider does (None: as chance wills), which
    also means that it is about her services. ``stage`` of the work is as far as time allows where it is None.
    """

    status: RequestStatus
    days: float
    is_claras: bool = False
    part: Part | None = None
    stage: Stage | None = None
    visibility: Visibility = Visibility.MATCHED

    @property
    def is_story(self) -> bool:
        """Whether it is about the log-ins."""
        return self.is_claras or self.part is not None


def _claras(status: RequestStatus, days: float, part: Part | None = None, stage: Stage | None = None) -> Plot:
    return Plot(status, days, is_claras=True, part=part, stage=stage)


STORY: Final = (
    _claras(OPEN, 2.2, Part.COUNTERED),
    _claras(IN_REVIEW, 6, Part.SHORTLISTED),
    _claras(AWARDED, 9, Part.WON, Stage.UNDER_WAY),
    _claras(CLOSED, 20, Part.SENT),
    _claras(EXPIRED, 45, Part.SEEN),
    _claras(DRAFT, 0.6),
    _claras(AWARDED, 26, Part.WON, Stage.DONE),
    Plot(OPEN, 0.08, part=Part.NEW),
    Plot(OPEN, 0.8, part=Part.NEW),
    Plot(OPEN, 1.6, part=Part.SEEN),
    Plot(OPEN, 2.6, part=Part.SENT),
    Plot(OPEN, 3.1, part=Part.DRAFTED),
    Plot(OPEN, 4.4, part=Part.DECLINED, visibility=Visibility.BOARD),
    Plot(OPEN, 0.9, part=Part.NEW, visibility=Visibility.INVITED),
    Plot(AWARDED, 15, part=Part.WON, stage=Stage.MARKED),
    Plot(AWARDED, 13, part=Part.WON, stage=Stage.TO_CONFIRM),
    Plot(AWARDED, 5, part=Part.WON, stage=Stage.AGREED),
    Plot(AWARDED, 17, part=Part.SENT),
    _claras(AWARDED, 110, Part.WON, Stage.RATED),
    *(Plot(AWARDED, days, part=Part.WON, stage=Stage.RATED) for days in range(60, 340, 24)),
    Plot(AWARDED, 84, part=Part.WON, stage=Stage.CANCELLED),
    _claras(AWARDED, 190, stage=Stage.RATED),
    Plot(CLOSED, 33, part=Part.WITHDRAWN),
)
"""The log-ins' requests and leads, by number."""

SHARES: Final = {OPEN: 28, IN_REVIEW: 7, AWARDED: 41, CLOSED: 12, EXPIRED: 7, DRAFT: 5}
AGES: Final = {OPEN: (0.1, 22), IN_REVIEW: (4, 24), AWARDED: (4, 330), EXPIRED: (40, 200), DRAFT: (0.1, 20)}
"""Least and most days since a request was begun."""
USUAL_AGES: Final = (8, 150)
ON_BOARD: Final = {OPEN: 0.38}
INVITED: Final = 0.04


def plot_of(number: int, rng: Random) -> Plot:
    """The fate of the request with this number."""
    if number < len(STORY):
        return replace(STORY[number], days=STORY[number].days * rng.uniform(0.98, 1))
    status = rng.choices(list(SHARES), list(SHARES.values()))[0]
    least, most = AGES.get(status, USUAL_AGES)
    days = least + (most - least) * rng.random() ** (2.2 if status == AWARDED else 1.4)
    return Plot(status, days, visibility=_visibility(status, rng))


def _visibility(status: RequestStatus, rng: Random) -> Visibility:
    chance = rng.random()
    if chance < INVITED:
        return Visibility.INVITED
    return Visibility.BOARD if chance < INVITED + ON_BOARD.get(status, 0.12) else Visibility.MATCHED
