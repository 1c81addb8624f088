"""The work of a worker that sends push messages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from marketplace.clock import utc_now
from notifications.bundles import Said, bundles, ready
from notifications.mail.outcomes import Cancelled, Claim, Failed, Later, Outcome, Sent
from notifications.models import Delivery, PushSubscription
from notifications.push.keys import key_pair
from notifications.push.payload import payload
from notifications.push.service import PushService
from notifications.readers import Reader, reading_as
from notifications.topics import topic

MOST = 100
AT_ONCE = 8
"""Calls to push services at the same time: each waits for an answer, none needs the processor."""
SENDS_FOR = timedelta(seconds=20)
"""A worker begins no call after this and gives the rest of its claim back. It is a mail worker: codes that people wait
for come after it."""
HOPE = (Sent, Later, Failed, Cancelled)
"""Answers about one message, the one that leaves most hope first."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, the deliveries that it settles and the browsers that it goes to."""

    ids: tuple[UUID, ...]
    body: bytes
    urgent: bool
    browsers: tuple[PushSubscription, ...]


def send_due() -> bool:
    """Sends one claim of what is due; whether there may be more."""
    now = utc_now()
    ids = Delivery.objects.by_push().claim(now=now, most=MOST)
    is_done = _send(ids, now) if ids else True
    return len(ids) == MOST or not is_done


def _send(ids: list[UUID], now: datetime) -> bool:
    """Sends what was claimed at ``now``; False where the time was over before. A worker that is killed leaves no more
    in doubt than the messages on their way: each is settled when its browsers have answered."""
    claim = Claim(Delivery.objects.all(), now)
    said, readers = ready(ids, claim, now=now)
    parcels = _parcels(said, readers)
    answers: list[tuple[PushSubscription, Outcome | None]] = []
    with PushService(key_pair()) as service, ThreadPoolExecutor(AT_ONCE) as threads:
        calls = [_begin(parcel, service, threads, until=now + SENDS_FOR) for parcel in parcels]
        for parcel, begun in zip(parcels, calls, strict=True):
            outcomes = [call.result() for call in begun]
            _settle(parcel, outcomes, claim)
            answers += zip(parcel.browsers, outcomes, strict=True)
    _remember(answers, now)
    return all(outcome is not None for _browser, outcome in answers)


def _begin(
    parcel: Parcel, service: PushService, threads: ThreadPoolExecutor, *, until: datetime
) -> list[Future[Outcome | None]]:
    """A call for each of its browsers, in their order; None: there was no time for it."""

    def call(browser: PushSubscription) -> Outcome | None:
        return service.send(parcel.body, browser, urgent=parcel.urgent) if utc_now() < until else None

    return [threads.submit(call, browser) for browser in parcel.browsers]


def _settle(parcel: Parcel, outcomes: Sequence[Outcome | None], claim: Claim) -> None:
    """One browser that took it is enough; otherwise those that nobody called yet may."""
    best = _best([each for each in outcomes if each is not None])
    if None in outcomes and not isinstance(best, Sent):
        claim.release(parcel.ids)
    else:
        claim.settle(parcel.ids, best, now=utc_now())


def _parcels(said: Sequence[Said], readers: Mapping[UUID, Reader]) -> list[Parcel]:
    browsers: dict[UUID, list[PushSubscription]] = defaultdict(list)
    for each in PushSubscription.objects.filter(member__in=readers):
        browsers[each.member_id].append(each)
    return [_parcel(bundle, readers, browsers) for bundle in bundles(said)]


def _parcel(
    bundle: Sequence[Said], readers: Mapping[UUID, Reader], browsers: Mapping[UUID, Sequence[PushSubscription]]
) -> Parcel:
    first = bundle[0][0]
    member_id = first.notification.recipient_id
    found = topic(first.notification.topic)
    with reading_as(readers[member_id].language, readers[member_id].hours.zone):
        body = payload([message for _each, message in bundle], tag=str(first.pk))
    ids = tuple(each.pk for each, _message in bundle)
    return Parcel(ids, body, bool(found and found.urgent), tuple(browsers.get(member_id, ())))


def _best(outcomes: Sequence[Outcome]) -> Outcome:
    best = min(outcomes, key=lambda each: HOPE.index(type(each)), default=None)
    if best is None or isinstance(best, Cancelled):
        return Cancelled("No browser of the member takes push messages any more.")
    return best


def _remember(answers: Sequence[tuple[PushSubscription, Outcome | None]], now: datetime) -> None:
    """Forgets browsers that are gone, and notes when the others last took something."""
    gone = [browser.pk for browser, outcome in answers if isinstance(outcome, Cancelled)]
    used = [browser.pk for browser, outcome in answers if isinstance(outcome, Sent)]
    PushSubscription.objects.filter(pk__in=gone).delete()
    PushSubscription.objects.filter(pk__in=used).update(used_at=now)
