"""One round of matching: everything that it finds is stored in one transaction, notifications included."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from notifications.events import record
from notifications.fan_out import fan_out
from requests.learning.live import scorer_in_force
from requests.matching.fair_share import fair_share
from requests.matching.fairness import Place, choose
from requests.matching.rank import Scorer, rank, remembered
from requests.matching.retrieve import retrieve
from requests.models import Match, Matching, RequestStatus, ServiceRequest, Visibility, Wave
from sitesettings.models import SiteSettings

MOST_WAVES = 20
"""After so many rounds nobody is left whom another one would help."""
CAP_LOCK = 7_203_110_002
"""First half of the advisory locks under which a page's leads of a day are counted and added to."""


def match(request_id: UUID, *, now: datetime) -> int:
    """Matches a request that waits for it, and tells the providers; returns how many.

    Safe to run twice and from two workers: whoever does not get the row's lock, or finds nothing pending, does nothing.
    """
    return _run(request_id, Q(matching=Matching.PENDING), now=now)


def next_wave(request_id: UUID, *, now: datetime) -> int:
    """Another wave for a request whose time for one has come; returns how many providers were told."""
    return _run(request_id, Q(matching=Matching.DONE, next_wave_at__lte=now), now=now)


def _run(request_id: UUID, due: Q, *, now: datetime) -> int:
    started = time.perf_counter()
    with transaction.atomic():
        claimed = ServiceRequest.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(
            due, pk=request_id, status=RequestStatus.OPEN
        )
        request = claimed.select_related("service", "client").first()
        if request is None:
            return 0
        places, considered = _choose(request, now=now)
        number = _store(request, places, now=now)
        _finish(request, waves=number, now=now)
        took = (time.perf_counter() - started) * 1000
        Wave.objects.create(request=request, number=number, candidates=considered, created_at=now, took_ms=took)
    return len(places)


def _choose(request: ServiceRequest, *, now: datetime) -> tuple[list[Place], int]:
    """The places of this wave and the number of eligible pages that were considered."""
    scorer = scorer_in_force()
    places, considered = _ranked(request, scorer, now=now)
    if not _lock_caps([place.ranked.page_id for place in places]):
        # Somebody else gives leads to one of these pages at this moment: count again, now that he is done.
        places, considered = _ranked(request, scorer, now=now)
        _lock_caps([place.ranked.page_id for place in places])
    return places, considered


def _ranked(request: ServiceRequest, scorer: Scorer, *, now: datetime) -> tuple[list[Place], int]:
    subjects = retrieve(request, now=now)
    ranked = rank(subjects, seed=str(request.pk), scorer=scorer)
    return choose(ranked, size=SiteSettings.current().wave_size, share=fair_share()), len(subjects)


def _lock_caps(page_ids: Sequence[UUID]) -> bool:
    """Takes the lock of each page's leads, in one order for everybody; False where another worker held one of them."""
    keys = sorted({page_id.int & 0x7FFFFFFF for page_id in page_ids})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_try_advisory_xact_lock(%s, key)) FROM unnest(%s::int[]) AS key",
            [CAP_LOCK & 0x7FFFFFFF, keys],
        )
        free = cursor.fetchone()[0]
        if free is False:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, key) FROM (SELECT unnest(%s::int[]) AS key ORDER BY key) AS keys",
                [CAP_LOCK & 0x7FFFFFFF, keys],
            )
    return free is not False


def _store(request: ServiceRequest, places: Sequence[Place], *, now: datetime) -> int:
    """Stores the matches and tells of them; returns the number of the wave."""
    last = request.waves.aggregate(number=Max("number"))["number"] or 0
    rank_before = (request.matches.aggregate(rank=Max("rank"))["rank"] or 0) if last else 0
    matches = Match.objects.bulk_create(
        Match(
            request=request,
            page_id=place.ranked.page_id,
            wave=last + 1,
            rank=rank_before + position,
            score=place.ranked.score,
            features=remembered(place.ranked),
            reserved_place=place.reserved,
            created_at=now,
            notified_at=now,
        )
        for position, place in enumerate(places, start=1)
    )
    if matches or last == 0:
        kind = "request.matched" if matches else "request.no_match"
        members = {place.ranked.page_id: place.ranked.subject.candidate.member_id for place in places}
        told = [{"match": str(each.pk), "member": str(members[each.page_id])} for each in matches]
        data = {"wave": last + 1, "matches": told}
        event = record(kind=kind, actor=None, subject_type="request", subject_id=request.pk, now=now, data=data)
        fan_out(event, now=now)
    return last + 1


def _finish(request: ServiceRequest, *, waves: int, now: datetime) -> None:
    site = SiteSettings.current()
    request.matching = Matching.DONE
    request.matched_at = request.matched_at or now
    more = request.visibility != Visibility.INVITED and waves < MOST_WAVES
    request.next_wave_at = now + timedelta(hours=site.wave_hours) if more else None
    request.save(update_fields=["matching", "matched_at", "next_wave_at"])


def due_for_wave(*, now: datetime, most: int = 200) -> list[UUID]:
    """Open requests whose time for another wave has come and that still have too few proposals; the clocks of those
    that have enough are stopped."""
    enough = SiteSettings.current().wave_wanted_proposals
    due = ServiceRequest.objects.filter(status=RequestStatus.OPEN, next_wave_at__lte=now)
    due.filter(proposal_count__gte=enough).update(next_wave_at=None)
    ids = due.filter(proposal_count__lt=enough).order_by("next_wave_at").values_list("pk", flat=True)
    return list(ids[:most])


def unmatched(*, now: datetime, older_than: timedelta = timedelta(seconds=5), most: int = 500) -> list[UUID]:
    """Open requests whose matching never finished, oldest first."""
    waiting = ServiceRequest.objects.filter(
        status=RequestStatus.OPEN, matching=Matching.PENDING, published_at__lte=now - older_than
    )
    return list(waiting.order_by("published_at").values_list("pk", flat=True)[:most])
