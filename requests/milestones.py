"""How far requests get: the milestones of their way, in order. Apps above add theirs from ``AppConfig.ready()``.

A milestone says when a request reached it, as an expression over ``ServiceRequest``. The insights count from it, with
no more said, the funnel and (where ``duration_label`` is given) how long the way took.
"""

from dataclasses import dataclass

from django.db.models import Case, DateTimeField, F, Min, When
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests.models import RequestStatus


@dataclass(frozen=True, slots=True)
class Milestone:
    """One of them. ``reached_at`` is the moment of a request, null where it did not get so far; ``meaning`` says in a
    sentence what counts; ``duration_label`` names the time from publication, where that moment is exact."""

    key: str
    position: int
    label: Promise
    meaning: Promise
    reached_at: Combinable
    duration_label: Promise | None = None


_milestones: dict[str, Milestone] = {}


def register(milestone: Milestone) -> None:
    """Adds a milestone, or replaces the one of the same key."""
    _milestones[milestone.key] = milestone


def milestones() -> list[Milestone]:
    """All of them, in the order in which a request reaches them."""
    return sorted(_milestones.values(), key=lambda each: (each.position, each.key))


POSTED = Milestone(
    key="posted",
    position=10,
    label=_("Posted"),
    meaning=_("published for the first time"),
    reached_at=F("first_published_at"),
)
MATCHED = Milestone(
    key="matched",
    position=20,
    label=_("Matched"),
    meaning=_("at least one provider was told"),
    reached_at=Min("matches__created_at"),
    duration_label=_("Time to first match"),
)
VIEWED = Milestone(
    key="viewed",
    position=30,
    label=_("Seen by a provider"),
    meaning=_("at least one provider opened it"),
    reached_at=Min("matches__viewed_at"),
)
PROPOSED = Milestone(
    key="proposed",
    position=40,
    label=_("Proposal received"),
    meaning=_("at least one provider sent a proposal"),
    reached_at=Min("proposals__submitted_at"),
    duration_label=_("Time to first proposal"),
)
AWARDED = Milestone(
    key="awarded",
    position=60,
    label=_("Awarded"),
    meaning=_("the client accepted a proposal, and it still stands"),
    # Requests do not note the moment: engagements/milestones.py knows it and takes this one's place.
    reached_at=Case(When(status=RequestStatus.AWARDED, then=F("updated_at")), output_field=DateTimeField()),
)
OWN = (POSTED, MATCHED, VIEWED, PROPOSED, AWARDED)
