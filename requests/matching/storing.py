"""Writing down waves of matches, and telling of them: many requests at once, in few statements."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from marketplace.ids import new_id
from marketplace.records import Records
from notifications.events import Fact, record_all
from notifications.fan_out import tell_of
from requests.matching.choosing import Chosen
from requests.matching.circumstances import Circumstances
from requests.matching.fairness import Place
from requests.matching.rank import remembered
from requests.matching.retrieve import asks_in_person
from requests.models import Match, Matching, ServiceRequest, Wave
from sitesettings.models import SiteSettings

MATCH: Final = ("id", "request_id", "page_id", "wave", "rank", "score", "features", "reserved_place")
WAVE: Final = ("request_id", "number", "candidates")
"""The columns that differ from row to row."""
MOST_WAVES = 20
"""After so many rounds nobody is left whom another one would help."""


def store(
    requests: Sequence[ServiceRequest],
    chosen: Sequence[Chosen],
    circumstances: Mapping[UUID, Circumstances],
    *,
    now: datetime,
    started: float,
) -> None:
    """Stores a wave for each request with its matches, event, notifications and deliveries, in the caller's
    transaction. ``started`` is the reading of ``time.perf_counter`` at which the matching began."""
    matches = Records(Match(created_at=now, notified_at=now), MATCH)
    facts: list[Fact] = []
    for request, choice in zip(requests, chosen, strict=True):
        around = circumstances[request.pk]
        told = [_match(matches, request, number, place, around) for number, place in enumerate(choice.places, start=1)]
        if told or not around.waves:
            facts.append(_fact(request, told, around))
    matches.copy()
    tell_of(record_all(facts, now=now, told=True), now=now)
    _finish(requests, circumstances, now=now)
    waves = Records(Wave(created_at=now, took_ms=(time.perf_counter() - started) * 1000), WAVE)
    for request, choice in zip(requests, chosen, strict=True):
        waves.add(request.pk, circumstances[request.pk].waves + 1, choice.considered)
    waves.copy()


def _match(
    matches: Records, request: ServiceRequest, number: int, place: Place, around: Circumstances
) -> dict[str, str]:
    """Adds the match that gives this place; returns what the event says of it."""
    pk, ranked = new_id(), place.ranked
    rank, features = around.rank + number, remembered(ranked)
    if asks_in_person(request):
        features["asked"] = True
    matches.add(pk, request.pk, ranked.page_id, around.waves + 1, rank, ranked.score, features, place.reserved)
    return {"match": str(pk), "member": str(ranked.subject.candidate.member_id)}


def _fact(request: ServiceRequest, told: Sequence[Mapping[str, str]], around: Circumstances) -> Fact:
    """``request.matched`` or ``request.no_match``; whom it tells stands in it, so that nobody has to look it up."""
    return Fact(
        kind="request.matched" if told else "request.no_match",
        actor=None,
        subject_type="request",
        subject_id=request.pk,
        data={"wave": around.waves + 1, "matches": told, "client": str(request.client_id)},
    )


def _finish(requests: Sequence[ServiceRequest], circumstances: Mapping[UUID, Circumstances], *, now: datetime) -> None:
    """Marks the requests as matched, and sets when the next wave of each is due, if there is to be one."""
    next_wave_at = now + timedelta(hours=SiteSettings.current().wave_hours)
    groups: dict[bool, list[UUID]] = {}
    for request in requests:
        number = circumstances[request.pk].waves + 1
        more = not asks_in_person(request) and number < MOST_WAVES
        groups.setdefault(more, []).append(request.pk)
    for more, ids in groups.items():
        ServiceRequest.objects.filter(pk__in=ids).update(
            matching=Matching.DONE,
            matched_at=Coalesce("matched_at", Value(now)),
            next_wave_at=next_wave_at if more else None,
        )
