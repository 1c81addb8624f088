"""The latest open requests get their leads from the product's own retrieval and ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from accounts.models import Member
from requests.matching.fairness import Place, choose
from requests.matching.rank import rank
from requests.matching.retrieve import retrieve
from requests.models import RequestStatus, ServiceRequest, Visibility
from sitesettings.models import SiteSettings

MOST: Final = 30
SOON: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Lead:
    """A page that a request is announced to, and whose it is."""

    page_id: UUID
    member_id: UUID
    name: str
    features: dict[str, float]
    score: float
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Leads:
    """The leads of one wave, best first, out of how many eligible pages."""

    chosen: Sequence[Lead]
    considered: int


def latest_open(requests: Mapping[int, ServiceRequest], story: int) -> list[int]:
    """Which to match so: the open ones among the first, which are the log-ins' ``story``, then the latest ones, up to
    30. Those with invited pages are left out: these are asked, not found."""
    found = {
        number: request
        for number, request in requests.items()
        if request.status == RequestStatus.OPEN and request.visibility != Visibility.INVITED
    }
    latest = sorted(found, key=lambda number: found[number].created_at, reverse=True)
    latest.sort(key=lambda number: number >= story)
    return sorted(latest[:MOST])


def find_leads(request: ServiceRequest, wanted: UUID | None) -> Leads:
    """Whom the product would choose two seconds after publication. Nobody real is among them.

    The page that is ``wanted`` takes the last place where it is eligible and would not be chosen.
    """
    moment = (request.published_at or request.created_at) + SOON
    subjects = retrieve(request, now=moment)
    asked = [subject.candidate.member_id for subject in subjects]
    names = dict(Member.objects.filter(pk__in=asked, is_demo=True).values_list("pk", "name"))
    subjects = [
        subject
        for subject in subjects
        if subject.candidate.member_id in names and subject.candidate.first_published_at <= moment
    ]
    ranked = rank(subjects, seed=str(request.pk))
    places = choose(ranked, size=SiteSettings.current().wave_size)
    if wanted is not None and wanted not in [place.ranked.page_id for place in places]:
        places = [*places[: SiteSettings.current().wave_size - 1]]
        places += [Place(each, reserved=False) for each in ranked if each.page_id == wanted]
    return Leads([_lead(place, names) for place in places], len(subjects))


def _lead(place: Place, names: Mapping[UUID, str]) -> Lead:
    member_id = place.ranked.subject.candidate.member_id
    features = dict(place.ranked.features)
    return Lead(place.ranked.page_id, member_id, names[member_id], features, place.ranked.score, place.reserved)
