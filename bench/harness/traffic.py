"""What the pipeline carries: clients who post, what they post, and what became of it by the database's own record."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from accounts.models import ApiToken, Member
from accounts.models.token import digest
from bench.harness.posting import NUMBER
from marketplace.clock import utc_now
from notifications.models import Channel, Delivery, DeliveryState
from requests.matching.retrieve import candidate_query
from requests.models import Matching, RequestStatus, ServiceRequest
from services.search.index import candidates
from sitesettings.models import SiteSettings

CLIENTS: Final = 2000
"""Who post in turn, so that nobody meets the limit of calls a minute."""
TEXTS: Final = 150
"""Different requests; each is posted with a number of its own in its title."""
RECIPIENTS: Final = 10
MOST_LEADS: Final = 30_000
"""A day and provider: a load of years in minutes must not run out of providers."""
CONFIRM: Final = """
    INSERT INTO account_emailaddress (user_id, email, verified, "primary")
    SELECT member.id, member.email, true, true FROM accounts_member AS member
    JOIN services_servicepage AS page ON page.member_id = member.id
    WHERE NOT EXISTS (SELECT FROM account_emailaddress AS known WHERE known.user_id = member.id)
"""
COMMITTED: Final = """
    SELECT request_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float
    FROM requests_wave WHERE request_id = ANY(%s) AND number = 1
"""


@contextmanager
def ready() -> Iterator[None]:
    """Providers whose mail is wanted, ten of them a request, no daily limit; the settings are as before afterwards."""
    before = SiteSettings.objects.filter(pk=1).first()
    site = SiteSettings.current()
    site.daily_leads_per_provider, site.wave_size = MOST_LEADS, RECIPIENTS
    site.save()
    with connection.cursor() as cursor:
        cursor.execute(CONFIRM)
    try:
        yield
    finally:
        if before is None:
            SiteSettings.objects.filter(pk=1).delete()
        else:
            before.save()


def record_commits(*, wanted: bool) -> None:
    """Whether PostgreSQL keeps the time of each commit, from its next start on."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER SYSTEM {'SET track_commit_timestamp = on' if wanted else 'RESET track_commit_timestamp'}"
        )


def tokens() -> list[str]:
    """Tokens of ``CLIENTS`` new members."""
    run = os.urandom(6).hex()
    addresses = [f"client-{run}-{number}@bench.example.com" for number in range(CLIENTS)]
    members = Member.objects.bulk_create(
        Member(email=address, password="!", last_active_at=utc_now()) for address in addresses
    )
    secrets = [f"{run}{number:08x}" for number in range(CLIENTS)]
    ApiToken.objects.bulk_create(
        ApiToken(member=member, name="bench", digest=digest(secret))
        for member, secret in zip(members, secrets, strict=True)
    )
    return secrets


def bodies() -> list[bytes]:
    """Bodies of POSTs like the demo's own requests, of which each has enough eligible pages."""
    found = []
    past = ServiceRequest.objects.exclude(published_at=None).filter(visibility="matched", order=None)
    for request in past.select_related("service", "client").order_by("pk"):
        if len(candidates(candidate_query(request, now=utc_now()))) >= 2 * RECIPIENTS:
            found.append(orjson.dumps(_body(request)))
        if len(found) == TEXTS:
            break
    if not found:
        raise SystemExit("No request of this marketplace has enough eligible pages: more --pages are needed.")
    return found


def _body(request: ServiceRequest) -> dict[str, Any]:
    place = {"country": request.country, "city": request.city, "lat": request.latitude, "lon": request.longitude}
    given = {
        "service": request.service.slug,
        "title": f"{request.title[:120]} {NUMBER.decode()}",
        "details": request.details,
        "answers": request.answers,
        "budget_type": request.budget_type,
        "budget_min": request.budget_min,
        "budget_max": request.budget_max,
        "currency": request.currency,
        "work_location": request.work_location,
        "place": place if request.country else None,
        "radius_km": request.radius_km,
        "languages": request.languages,
        "time_frame": request.time_frame,
    }
    return {name: value for name, value in given.items() if value not in (None, "", [], {})}


def backlog() -> int:
    """Requests that wait for their matches."""
    return ServiceRequest.objects.filter(status=RequestStatus.OPEN, matching=Matching.PENDING).count()


def committed_at(ids: Collection[str]) -> dict[str, float]:
    """When each request's first wave was committed, in seconds since 1970."""
    with connection.cursor() as cursor:
        cursor.execute(COMMITTED, [[UUID(each) for each in ids]])
        return {str(request_id): moment for request_id, moment in cursor.fetchall()}


def recipients(ids: Collection[str]) -> float:
    """Mean number of in-app notifications to providers for each request."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notifications_notification AS told"
            " JOIN notifications_event AS event ON event.id = told.event_id"
            " WHERE told.topic = 'new_lead' AND told.in_app AND event.subject_id = ANY(%s)"
            " AND event.subject_type = 'request'",
            [list(ids)],
        )
        number: int = cursor.fetchone()[0]
    return number / max(len(ids), 1)


def waiting_mail() -> int:
    """Mails that wait for a worker."""
    return Delivery.objects.filter(channel=Channel.EMAIL).due(utc_now()).count()


def cancel_mail() -> None:
    """Nothing that waits is sent any more: what comes next is measured alone."""
    Delivery.objects.filter(channel=Channel.EMAIL, state=DeliveryState.WAITING).update(state=DeliveryState.CANCELLED)
