"""Choosing the providers of one wave: the best ones, with some places kept for those who are new or long unmatched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Final

from requests.matching.features import NEW, Subject
from requests.matching.rank import Ranked

UNMATCHED: Final = timedelta(days=14)
RESERVED_SHARE: Final = 0.2
"""Share of a first wave's places that is kept: 2 of 10."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a wave. ``reserved`` where the provider would not have got it by rank."""

    ranked: Ranked
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """The most leads that a page gets while others are eligible, in 24 hours and in 30 days."""

    day: float = inf
    month: float = inf

    def is_used_up(self, subject: Subject) -> bool:
        """Whether the page had its share."""
        return subject.facts.leads_today >= self.day or subject.facts.leads_30_days >= self.month


UNBOUNDED: Final = Share()


def is_due(subject: Subject) -> bool:
    """Whether the provider is new (under 30 days) or was not matched for 14 days."""
    now, last = subject.wanted.now, subject.facts.last_matched_at
    return now - subject.candidate.first_published_at < NEW or last is None or now - last >= UNMATCHED


def choose(ranked: Sequence[Ranked], *, size: int, reserve: bool = True, share: Share = UNBOUNDED) -> list[Place]:
    """At most ``size`` places, best score first; at least a fifth of them, rounded up, for providers who are due, as
    far as there are any. ``ranked`` comes best first; those who had their ``share`` stand behind all others."""
    ranked = sorted(ranked, key=lambda each: share.is_used_up(each.subject))
    chosen = list(ranked[:size])
    wanted = -(-size * RESERVED_SHARE // 1) if reserve else 0
    missing = int(wanted) - sum(is_due(each.subject) for each in chosen)
    if missing <= 0 or len(ranked) <= size:
        return [Place(each) for each in chosen]
    due = [each for each in ranked[size:] if is_due(each.subject)][:missing]
    kept = _without_last_not_due(chosen, len(due))
    places = [Place(each) for each in kept] + [Place(each, reserved=True) for each in due]
    return sorted(places, key=lambda place: -place.ranked.score)


def _without_last_not_due(chosen: Sequence[Ranked], count: int) -> list[Ranked]:
    """``chosen`` without its ``count`` lowest members who are not due themselves."""
    kept = list(chosen)
    for each in reversed(chosen):
        if count and not is_due(each.subject):
            kept.remove(each)
            count -= 1
    return kept
