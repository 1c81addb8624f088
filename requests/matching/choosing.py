"""Choosing the providers of requests that are matched together, each as if the ones before it had been matched."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from requests.learning.live import scorer_in_force
from requests.matching.circumstances import Circumstances
from requests.matching.fair_share import fair_share
from requests.matching.fairness import Place, choose
from requests.matching.features import Subject
from requests.matching.leads import Leads
from requests.matching.rank import rank
from requests.matching.retrieve import CONSIDERED, asks_in_person, places_for, query_of, wanted_by
from requests.models import ServiceRequest
from services.search.candidate import Candidate, CandidateQuery
from services.search.index import candidates, candidates_of_all


@dataclass(frozen=True, slots=True)
class Chosen:
    """The places of one request's wave, and how many eligible pages were considered."""

    places: Sequence[Place]
    considered: int


class Choosing:
    """One transaction's choices. What is read is read once, however often a choice has to be made again."""

    def __init__(
        self, requests: Sequence[ServiceRequest], circumstances: Mapping[UUID, Circumstances], *, now: datetime
    ) -> None:
        self._requests, self._circumstances, self._now = requests, circumstances, now
        self._leads = Leads(now=now)
        self._found: dict[UUID, list[list[Candidate]]] = {}

    def run(self) -> list[Chosen]:
        """The choice for each request, in their order; no page gets more leads than it may."""
        queries = [self._query(request, skip=frozenset()) for request in self._requests]
        for request, found in zip(self._requests, candidates_of_all(queries), strict=True):
            self._found[request.pk] = [found]
        self._leads.read(each.page_id for parts in self._found.values() for each in parts[0])
        while True:
            chosen = [self._choose(request) for request in self._requests]
            if self._leads.settle():
                return chosen
            self._leads.take_back()

    def _choose(self, request: ServiceRequest) -> Chosen:
        subjects = self._subjects(request)
        ranked = rank(subjects, seed=str(request.pk), scorer=scorer_in_force())
        places = choose(ranked, size=places_for(request), share=fair_share())
        for place in places:
            self._leads[place.ranked.page_id].give(in_person=asks_in_person(request))
        return Chosen(places, len(subjects))

    def _subjects(self, request: ServiceRequest) -> list[Subject]:
        """Those that may have another lead; further ones are looked at only where the first have had all of theirs."""
        wanted, tried, needs_room = wanted_by(request, self._now), 0, not asks_in_person(request)
        while True:
            found = self._looked_up(request, tried)
            pages = ((each, self._leads[each.page_id]) for each in found)
            free = [
                Subject(each, page.facts(self._now), wanted) for each, page in pages if page.has_room or not needs_room
            ]
            if free or len(found) < CONSIDERED:
                return free
            tried += 1

    def _looked_up(self, request: ServiceRequest, number: int) -> list[Candidate]:
        """The first, second … ``CONSIDERED`` candidates."""
        found = self._found[request.pk]
        if number == len(found):
            found.append(candidates(self._query(request, skip={each.page_id for part in found for each in part})))
            self._leads.read(each.page_id for each in found[-1])
        return found[number]

    def _query(self, request: ServiceRequest, *, skip: Set[UUID]) -> CandidateQuery:
        around = self._circumstances[request.pk]
        query = query_of(request, excluded=around.excluded, invited=around.invited, now=self._now)
        return replace(query, exclude_pages=around.known_to | skip)
