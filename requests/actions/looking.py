"""Having providers looked for once more, beside the waves that follow each other by the clock."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from marketplace.tasks import enqueue_once
from requests.matching.retrieve import asks_in_person
from requests.matching.tasks import match_waiting
from requests.models import Match, Matching, MatchState, RequestStatus, ServiceRequest
from requests.rules.invitations import MOST as MOST_ASKED
from sitesettings.models import SiteSettings

MOST_ASKED_LATELY: Final = 2 * MOST_ASKED
"""Providers who may be asked in person within the time of a wave: all of them, and as many in their place."""


def look_again(request: ServiceRequest, *, now: datetime) -> None:
    """Sets, without saving, that providers who do not know an active request yet are told of it after the commit.

    Where as many as a wave has places were told within the time of a wave, and have not declined, those are waited for
    first: whoever edits often does not reach more than whoever waits. Where there are proposals enough nobody is told.
    One query at most.
    """
    if not asks_in_person(request) and _has_enough(request):
        return
    site = SiteSettings.current()
    wait = timedelta(hours=site.wave_hours)
    asked = Match.objects.filter(request=request, created_at__gt=now - wait).exclude(state=MatchState.DECLINED)
    most = max(site.wave_size, MOST_ASKED_LATELY) if asks_in_person(request) else site.wave_size
    if asked.count() < most:
        request.next_wave_at = now
        transaction.on_commit(partial(enqueue_once, match_waiting))
    elif request.next_wave_at is None:
        request.next_wave_at = now + wait


def look_on(request: ServiceRequest, *, now: datetime) -> None:
    """Sets, without saving, when the next wave is due of an open request that had proposals enough and has not any
    more."""
    is_due = request.next_wave_at is None and request.status == RequestStatus.OPEN
    if is_due and not asks_in_person(request) and not _has_enough(request):
        request.next_wave_at = now + timedelta(hours=SiteSettings.current().wave_hours)


def is_looking(request: ServiceRequest, *, now: datetime) -> bool:
    """Whether providers are about to be told: within seconds, where a worker is at work."""
    is_due = request.next_wave_at is not None and request.next_wave_at <= now
    return request.status == RequestStatus.OPEN and (is_due or request.matching == Matching.PENDING)


def _has_enough(request: ServiceRequest) -> bool:
    return request.proposal_count >= SiteSettings.current().wave_wanted_proposals
