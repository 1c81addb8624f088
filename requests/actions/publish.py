"""Publishing: the moment in which a request is counted and its matching begins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Member
from marketplace.copying import insert_rows, note_saved, values_of
from marketplace.database import prepared
from marketplace.tasks import enqueue_once
from notifications.events import record_all
from requests.actions.activity import CLIENT_IDLE
from requests.actions.common import fact, lock_request, note
from requests.actions.edit import draft, start_clocks
from requests.actions.invitations import INVITATION_WAITS
from requests.actions.proposals.outcomes import bring_back
from requests.actions.return_to_board import note_return
from requests.actions.room import count_proposals, make_room
from requests.listeners import tell_listeners
from requests.matching.tasks import match_posted
from requests.models import Matching, Publication, RequestStatus, ServiceRequest
from requests.models.publication import PUBLICATION_LOCK
from requests.moves import illegal, require_move
from requests.rules import require_publishable
from requests.rules.pace import require_pace

# A transaction that hangs must not keep the minute open for ever. The clock is read from the row that has the lock.
TAKE_TIME = """
    WITH held AS MATERIALIZED (
        SELECT set_config('transaction_timeout', %(timeout)s, true), pg_advisory_xact_lock_shared(%(lock)s)
    )
    SELECT clock_timestamp() FROM held
"""
INSERT_COUNTED = """
    WITH held AS MATERIALIZED (
        SELECT set_config('transaction_timeout', %(timeout)s, true), pg_advisory_xact_lock_shared(%(lock)s)
    ), moment AS MATERIALIZED (
        SELECT clock_timestamp() AS now FROM held
    ), posted AS (
        INSERT INTO requests_servicerequest ({columns}) SELECT {values} FROM moment
    )
    INSERT INTO requests_publication (request_id, service_id, group_id, published_at)
    SELECT %(id)s, %(service_id)s, %(group_id)s, moment.now FROM moment RETURNING published_at
"""
PUBLISHED = {"first_published_at", "published_at"}


@transaction.atomic
def post_request(
    *, actor: Member, values: Mapping[str, Any], now: datetime, require_answers: bool = False
) -> ServiceRequest:
    """Creates a request and publishes it, or neither; it is written once, already open.

    Raises InvalidInput, IncompleteRequest, PostedEnough.
    """
    made = draft(actor=actor, values=values, now=now)
    request = made.request
    require_publishable(request, invited=len(made.invited), require_answers=require_answers)
    require_pace(actor, now=now)
    _start(request, now=now)
    record_all([fact(kind, request, actor=actor) for kind in ("created", "published")], now=now)
    made.save_rest(actor=actor, now=now)
    _insert_counted(request)
    return request


@transaction.atomic
def publish_request(
    *, actor: Member, request: ServiceRequest, now: datetime, require_answers: bool = True
) -> ServiceRequest:
    """Opens a draft: it is counted, and a worker matches it to providers. Repeating it is harmless.

    Raises NotAllowed, IllegalMove, IncompleteRequest, PostedEnough.
    """
    request = lock_request(request, actor=actor)
    if request.status == RequestStatus.OPEN:
        return request
    if request.status != RequestStatus.DRAFT:
        raise illegal(request, RequestStatus.OPEN)
    require_publishable(request, invited=request.invitations.count(), require_answers=require_answers)
    require_pace(actor, now=now)
    _open(request, actor=actor, now=now, kind="published")
    return request


@transaction.atomic
def reopen_request(*, actor: Member, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Opens a closed or expired request again: providers who do not know it yet are told, and proposals that were not
    chosen stand again. Repeating it is harmless.

    It is not counted again. Raises NotAllowed, IllegalMove, IncompleteRequest, PostedEnough.
    """
    request = lock_request(request, actor=actor)
    if request.status == RequestStatus.OPEN:
        return request
    if request.status not in {RequestStatus.CLOSED, RequestStatus.EXPIRED}:
        raise illegal(request, RequestStatus.OPEN)
    require_publishable(request, invited=request.invitations.count(), require_answers=False)
    require_pace(actor, now=now)
    told = bring_back(request.pk, now=now)
    request.proposal_count = count_proposals(request)
    make_room(request)
    note_return(request, now=now)
    _open(request, actor=actor, now=now, kind="reopened", data={"back": told})
    if told:
        request.nudge_client_at = now + CLIENT_IDLE
        request.save(update_fields=["nudge_client_at"])
    return request


def _open(
    request: ServiceRequest, *, actor: Member, now: datetime, kind: str, data: Mapping[str, Any] | None = None
) -> None:
    _start(request, now=now)
    request.invitations.update(nudge_at=now + INVITATION_WAITS)
    note(kind, request, actor=actor, now=now, data=data)
    if request.first_published_at is None:
        with _counted(request):
            request.save()
    else:
        request.published_at = now
        request.save()


def _start(request: ServiceRequest, *, now: datetime) -> None:
    """Opens the request, without saving it; a worker matches it after the commit."""
    require_move(request, RequestStatus.OPEN)
    request.status = RequestStatus.OPEN
    request.matching = Matching.PENDING
    request.matched_at = request.closed_at = request.next_wave_at = None
    request.close_reason = request.review_reason = ""
    request.updated_at = now
    start_clocks(request, now=now)
    transaction.on_commit(partial(enqueue_once, match_posted))


@contextmanager
def _counted(request: ServiceRequest) -> Iterator[None]:
    """Counts the request's first publication, at a time that it has within. Comes last in the transaction, so that the
    lock that holds up the closing of the minute is held as briefly as can be."""
    request.first_published_at = request.published_at = _take_time()
    yield
    publication = Publication(
        request_id=request.pk,
        service_id=request.service_id,
        group_id=request.service.group_id,
        published_at=request.first_published_at,
    )
    insert_rows([publication])
    transaction.on_commit(tell_listeners)


def _insert_counted(request: ServiceRequest) -> None:
    """Writes a new request and its count at the time that it gives to both: what ``_counted`` does, in one statement,
    and as that last in the transaction."""
    values = values_of(request)
    values.update(timeout=settings.PUBLISHING_TIMEOUT, lock=PUBLICATION_LOCK, group_id=request.service.group_id)
    [(moment,)] = prepared.ask(_insertion(), values)
    request.first_published_at = request.published_at = moment
    note_saved(request)
    transaction.on_commit(tell_listeners)


@cache
def _insertion() -> str:
    columns = list(values_of(ServiceRequest()))
    values = ["moment.now" if column in PUBLISHED else f"%({column})s" for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return INSERT_COUNTED.format(columns=names, values=", ".join(values))


def _take_time() -> datetime:
    """The database's time of publication, taken under the lock that keeps its minute from being closed."""
    moment: datetime
    [(moment,)] = prepared.ask(TAKE_TIME, {"timeout": settings.PUBLISHING_TIMEOUT, "lock": PUBLICATION_LOCK})
    return moment
