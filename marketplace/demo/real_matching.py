"""The latest open requests are matched by the product's own matching."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from notifications.models import Channel, Delivery, DeliveryState
from requests.matching.run import match
from requests.models import Matching, RequestStatus, ServiceRequest

MOST = 30


def latest_open(requests: Sequence[ServiceRequest], first: int) -> set[UUID]:
    """Which to match so: the open ones among the ``first`` (the log-ins' story), then the latest ones, up to 30."""
    story = [each for each in requests[:first] if each.status == RequestStatus.OPEN]
    others = [each for each in requests[first:] if each.status == RequestStatus.OPEN]
    others.sort(key=lambda each: each.created_at, reverse=True)
    return {each.pk for each in [*story, *others][:MOST]}


def match_really(requests: Sequence[ServiceRequest]) -> None:
    """Matches them as of their publication. Their mail counts as sent, and no further wave follows."""
    for request in sorted(requests, key=lambda each: (each.created_at, each.pk)):
        moment = (request.published_at or request.created_at) + timedelta(seconds=2)
        with transaction.atomic():
            ServiceRequest.objects.filter(pk=request.pk).update(matching=Matching.PENDING, matched_at=None)
            match(request.pk, now=moment)
            ServiceRequest.objects.filter(pk=request.pk).update(next_wave_at=None)
            mail = Delivery.objects.filter(notification__event__subject_id=str(request.pk), channel=Channel.EMAIL)
            mail.update(
                state=DeliveryState.SENT, due_at=F("created_at"), wanted_at=F("created_at"), sent_at=moment, attempts=1
            )
