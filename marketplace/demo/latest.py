"""The latest open requests get their leads from the product's own retrieval and ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from accounts.models import Member
from requests.matching.fairness import choose
from requests.matching.rank import rank
from requests.matching.retrieve import retrieve
from requests.models import RequestStatus, ServiceRequest
from sitesettings.models import SiteSettings

MOST: Final = 30
SOON: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Lead:
    """A page that a request is announced to."""

    page_id: UUID
    member_id: UUID
    features: dict[str, float]
    score: float
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Leads:
    """The leads of one wave, best first, out of how many eligible pages."""

    chosen: Sequence[Lead]
    considered: int


def latest_open(requests: Sequence[ServiceRequest], first: int) -> set[UUID]:
    """Which to match so: the open ones among the ``first`` (the log-ins' story), then the latest ones, up to 30."""
    story = [each for each in requests[:first] if each.status == RequestStatus.OPEN]
    others = [each for each in requests[first:] if each.status == RequestStatus.OPEN]
    others.sort(key=lambda each: each.created_at, reverse=True)
    return {each.pk for each in [*story, *others][:MOST]}


def find_leads(request: ServiceRequest) -> Leads:
    """Whom the product would choose two seconds after publication. Nobody real is among them."""
    moment = (request.published_at or request.created_at) + SOON
    subjects = retrieve(request, now=moment)
    asked = [subject.candidate.member_id for subject in subjects]
    crowd = set(Member.objects.filter(pk__in=asked, is_demo=True).values_list("pk", flat=True))
    subjects = [
        subject
        for subject in subjects
        if subject.candidate.member_id in crowd and subject.candidate.first_published_at <= moment
    ]
    places = choose(rank(subjects, seed=str(request.pk)), size=SiteSettings.current().wave_size)
    chosen = [
        Lead(
            place.ranked.page_id,
            place.ranked.subject.candidate.member_id,
            dict(place.ranked.features),
            place.ranked.score,
            place.reserved,
        )
        for place in places
    ]
    return Leads(chosen, len(subjects))
