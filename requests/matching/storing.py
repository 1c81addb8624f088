"""Writing down waves of matches, and telling of them: many requests at once, in few statements."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from marketplace.copying import copy_rows, insert_rows
from notifications.events import Fact, record_all
from notifications.fan_out import tell_of
from requests.matching.choosing import Chosen
from requests.matching.circumstances import Circumstances
from requests.matching.rank import remembered
from requests.models import Match, Matching, ServiceRequest, Visibility, Wave
from sitesettings.models import SiteSettings

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
    matches: list[Match] = []
    facts: list[Fact] = []
    for request, choice in zip(requests, chosen, strict=True):
        around = circumstances[request.pk]
        made = _matches(request, choice, around, now)
        matches += made
        if made or not around.waves:
            facts.append(_fact(request, choice, made, around))
    copy_rows(matches)
    tell_of(record_all(facts, now=now, told=True), now=now)
    _finish(requests, circumstances, now=now)
    took = (time.perf_counter() - started) * 1000
    waves = [
        Wave(
            request_id=request.pk,
            number=circumstances[request.pk].waves + 1,
            candidates=choice.considered,
            created_at=now,
            took_ms=took,
        )
        for request, choice in zip(requests, chosen, strict=True)
    ]
    insert_rows(waves)


def _matches(request: ServiceRequest, choice: Chosen, around: Circumstances, now: datetime) -> list[Match]:
    return [
        Match(
            request_id=request.pk,
            page_id=place.ranked.page_id,
            wave=around.waves + 1,
            rank=around.rank + position,
            score=place.ranked.score,
            features=remembered(place.ranked),
            reserved_place=place.reserved,
            created_at=now,
            notified_at=now,
        )
        for position, place in enumerate(choice.places, start=1)
    ]


def _fact(request: ServiceRequest, choice: Chosen, matches: Sequence[Match], around: Circumstances) -> Fact:
    """``request.matched`` or ``request.no_match``; whom it tells stands in it, so that nobody has to look it up."""
    members = [place.ranked.subject.candidate.member_id for place in choice.places]
    told = [{"match": str(match.pk), "member": str(member)} for match, member in zip(matches, members, strict=True)]
    return Fact(
        kind="request.matched" if matches else "request.no_match",
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
        more = request.visibility != Visibility.INVITED and number < MOST_WAVES
        groups.setdefault(more, []).append(request.pk)
    for more, ids in groups.items():
        ServiceRequest.objects.filter(pk__in=ids).update(
            matching=Matching.DONE,
            matched_at=Coalesce("matched_at", Value(now)),
            next_wave_at=next_wave_at if more else None,
        )
