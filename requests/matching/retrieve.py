"""From a request to the pages that may be told of it, with the facts that ranking needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Value

from accounts.models import Block
from marketplace.database import prepared
from requests.matching.facts import facts_about
from requests.matching.features import Facts, Subject, Wanted
from requests.models import BudgetType, Match, Proposal, ProposalStatus, ServiceRequest, Visibility, Wave
from requests.rules.invitations import MOST as MOST_ASKED
from services.exchange import to_eur
from services.models import WorkLocation
from services.search.candidate import Candidate, CandidateQuery
from services.search.index import candidates
from sitesettings.models import SiteSettings

OWN_CAPS: Final = "SELECT id, daily_leads FROM services_servicepage WHERE id = ANY(%s) AND daily_leads IS NOT NULL"
CONSIDERED: Final = 200
"""Candidates that are ranked; further ones are looked at only where these have all the leads that they may have."""


@dataclass(frozen=True, slots=True)
class Knowing:
    """The pages that know a request before a round of matching: those ``told``, and those that ``answered`` it from
    the board."""

    told: frozenset[UUID] = frozenset()
    answered: frozenset[UUID] = frozenset()


def knowing(request: ServiceRequest, *, before: Wave | None = None) -> Knowing:
    """Who knows the request now, or knew it before a wave that is over. One query."""
    told = Match.objects.filter(request=request).order_by()
    answered = Proposal.objects.filter(request=request).exclude(status=ProposalStatus.DRAFT)
    if before is not None:
        told = told.filter(wave__lt=before.number)
        answered = answered.filter(submitted_at__lt=before.created_at)
    rows = told.values_list("page_id", Value(True)).union(answered.values_list("page_id", Value(False)))
    pages: dict[bool, set[UUID]] = {True: set(), False: set()}
    for page_id, was_told in rows:
        pages[was_told].add(page_id)
    return Knowing(told=frozenset(pages[True]), answered=frozenset(pages[False]))


def retrieve(
    request: ServiceRequest, *, now: datetime, known: Knowing | None = None, before: Wave | None = None
) -> list[Subject]:
    """Eligible pages that do not know the request yet, nor answered it from the board, and may have another lead today
    (those who are asked in person always may). To look back at the wave ``before``, ``known`` are those who knew it
    then, and only leads before that wave count."""
    known = knowing(request) if known is None else known
    skip = set(known.told | known.answered)
    asked = candidate_query(request, now=now)
    while True:
        found = candidates(replace(asked, exclude_pages=frozenset(skip)))
        subjects = [each.subject for each in with_facts(request, found, now=now, before=before) if each.has_room]
        if subjects or len(found) < CONSIDERED:
            return subjects
        skip.update(candidate.page_id for candidate in found)


def asks_in_person(request: ServiceRequest) -> bool:
    """Whether the client has chosen herself who is told: those she asks are told whatever else speaks against it."""
    return request.visibility == Visibility.INVITED


def places_for(request: ServiceRequest) -> int:
    """How many pages a wave may tell: all that are asked in person, else as many as the site says."""
    size = SiteSettings.current().wave_size
    return max(size, MOST_ASKED) if asks_in_person(request) else size


def candidate_query(request: ServiceRequest, *, now: datetime) -> CandidateQuery:
    """What a request asks of the index. At most two queries."""
    return query_of(request, excluded=_excluded_members(request), invited=_invited(request), now=now)


def query_of(
    request: ServiceRequest, *, excluded: frozenset[UUID], invited: frozenset[UUID] | None, now: datetime
) -> CandidateQuery:
    """The same, where it is known which members are ``excluded`` and which pages alone were ``invited``, if so."""
    place = WorkLocation(request.work_location)
    return CandidateQuery(
        service_id=request.service_id,
        text=f"{request.service.name}. {request.title}. {request.details[:1500]}",
        skills=tuple(request.service.skills),
        remote_ok=place in {WorkLocation.REMOTE, WorkLocation.BOTH},
        on_site=place in {WorkLocation.ON_SITE, WorkLocation.BOTH},
        latitude=request.latitude,
        longitude=request.longitude,
        radius_km=request.radius_km,
        country=request.country,
        languages=tuple(request.languages),
        budget_type=request.budget_type,
        budget_min=request.budget_min,
        budget_max=request.budget_max,
        currency=request.currency,
        exclude_members=excluded,
        exclude_pages=frozenset(),
        only_pages=invited,
        today=now.date(),
        limit=CONSIDERED,
    )


def _excluded_members(request: ServiceRequest) -> frozenset[UUID]:
    """The client herself, and whoever of the two blocks the other."""
    made = Block.objects.filter(blocker=request.client_id).values_list("blocked_id", flat=True)
    received = Block.objects.filter(blocked=request.client_id).values_list("blocker_id", flat=True)
    return frozenset([request.client_id, *made.union(received)])


def _invited(request: ServiceRequest) -> frozenset[UUID] | None:
    if not asks_in_person(request):
        return None
    return frozenset(request.invitations.values_list("page_id", flat=True))


@dataclass(frozen=True, slots=True)
class Capped:
    """A subject, and how many leads a day it may have; None where that is not asked."""

    subject: Subject
    cap: int | None

    @property
    def has_room(self) -> bool:
        """Whether it may have another lead today."""
        return self.cap is None or self.subject.facts.leads_today < self.cap


def with_facts(
    request: ServiceRequest, found: Sequence[Candidate], *, now: datetime, before: Wave | None = None
) -> list[Capped]:
    """The candidates with what is known of them (before that wave). A fixed number of queries."""
    ids = [candidate.page_id for candidate in found]
    facts = facts_about(ids, now=now, before=before)
    wanted = wanted_by(request, now)
    subjects = (Subject(candidate, facts.get(candidate.page_id, Facts()), wanted) for candidate in found)
    if asks_in_person(request):
        return [Capped(subject, None) for subject in subjects]
    caps, usual = own_caps(ids), SiteSettings.current().daily_leads_per_provider
    return [Capped(subject, min(usual, caps.get(subject.candidate.page_id, usual))) for subject in subjects]


def own_caps(page_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The providers' own caps, where they have one. One query on an index of those."""
    return dict(prepared.ask(OWN_CAPS, [list(page_ids)]))


def wanted_by(request: ServiceRequest, now: datetime) -> Wanted:
    """The request's side of ranking."""
    budget = None
    if request.budget_max is not None and request.currency:
        budget = to_eur(request.budget_max, request.currency)
    return Wanted(
        budget_eur=float(budget) if budget is not None else None,
        hourly=request.budget_type == BudgetType.HOURLY,
        on_site=request.work_location == WorkLocation.ON_SITE,
        languages=len(request.languages),
        skills=len(request.service.skills),
        now=now,
    )
