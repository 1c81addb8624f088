"""Rounds of matching: everything that a round finds is stored in one transaction, notifications included.

Requests that wait are matched together, as many as are there and at most ``TOGETHER``: most of what a match costs is
statements, and those are the same number for one request and for many. Whoever waits alone is matched alone.
"""

import logging
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from requests.matching.choosing import Choosing
from requests.matching.circumstances import circumstances_of
from requests.matching.storing import store
from requests.models import Matching, RequestStatus, ServiceRequest, Visibility
from sitesettings.models import SiteSettings

logger = logging.getLogger(__name__)

TOGETHER: Final = 50
"""Requests in one transaction: more would spare little, and all of them wait for the last one."""
SET_ASIDE_SECONDS: Final = 60.0
"""How long a process leaves a request alone that could not be matched, so that it does not hold up the others."""

WAITING: Final = Q(matching=Matching.PENDING)
IN_PERSON: Final = Q(visibility=Visibility.INVITED)
_set_aside: dict[UUID, float] = {}


def match(request_id: UUID, *, now: datetime) -> int:
    """Matches a request that waits for it, and tells the providers; returns how many.

    Safe to run twice and from two workers: whoever does not get the row's lock, or finds nothing pending, does nothing.
    """
    return _round(WAITING & Q(pk=request_id), now=now, most=1)[1]


def match_waiting(*, now: datetime, most: int = TOGETHER) -> int:
    """Matches the requests that have waited longest, at most so many; returns how many were taken.

    Where the round fails they are matched one by one, so that one request's trouble is its own; whichever fails alone
    is set aside for a while. Safe from any number of workers at once: each takes what no other holds.
    """
    aside = _aside()
    due = WAITING & ~Q(pk__in=aside) if aside else WAITING
    return _safely(due, now=now, most=most)


def match_again(*, now: datetime, most: int = TOGETHER) -> int:
    """Another wave for requests that are due for one, at most so many; returns how many were taken."""
    ids = set(due_for_wave(now=now)) - set(_aside())
    return _safely(Q(matching=Matching.DONE, next_wave_at__lte=now, pk__in=ids), now=now, most=most) if ids else 0


def _safely(due: Q, *, now: datetime, most: int) -> int:
    claimed: list[UUID] = []
    try:
        return _round(due, now=now, most=most, claimed=claimed)[0]
    except Exception:
        if not claimed or not connection.is_usable():
            raise
        logger.exception("A round of %d requests failed; they are matched one by one", len(claimed))
    for request_id in claimed:
        try:
            _round(due & Q(pk=request_id), now=now, most=1)
        except Exception:
            logger.exception("Request %s could not be matched", request_id)
            _set_aside[request_id] = time.monotonic() + SET_ASIDE_SECONDS
    return len(claimed)


def _round(due: Q, *, now: datetime, most: int, claimed: list[UUID] | None = None) -> tuple[int, int]:
    """One transaction: how many of the open requests that are ``due`` were matched, and how many providers told.

    ``claimed`` is given the ids of those that are being matched, so that they are known where it fails.
    """
    started = time.perf_counter()
    with transaction.atomic():
        free = ServiceRequest.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        open_ones = free.filter(due, status=RequestStatus.OPEN).order_by("published_at")
        requests = list(open_ones.select_related("service")[:most])
        if not requests:
            return 0, 0
        if claimed is not None:
            claimed += [request.pk for request in requests]
        circumstances = circumstances_of(requests)
        chosen = Choosing(requests, circumstances, now=now).run()
        store(requests, chosen, circumstances, now=now, started=started)
    return len(requests), sum(len(choice.places) for choice in chosen)


def due_for_wave(*, now: datetime, most: int = 200) -> list[UUID]:
    """Open requests whose time for another wave has come and that still have too few proposals, or ask others in
    person; the clocks of those that have enough are stopped."""
    has_enough = Q(proposal_count__gte=SiteSettings.current().wave_wanted_proposals) & ~IN_PERSON
    due = ServiceRequest.objects.filter(status=RequestStatus.OPEN, next_wave_at__lte=now)
    due.filter(has_enough).update(next_wave_at=None)
    ids = due.exclude(has_enough).order_by("next_wave_at").values_list("pk", flat=True)
    return list(ids[:most])


def _aside() -> list[UUID]:
    """Those that are set aside now."""
    for request_id in [each for each, until in _set_aside.items() if until < time.monotonic()]:
        del _set_aside[request_id]
    return list(_set_aside)
