"""Requests that are matched in one transaction: the same result as one after the other, and each one's own trouble."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, Member
from notifications.models import Channel, Delivery, Event, Notification, StreamEntry
from requests import actions
from requests.matching import run, tasks
from requests.models import Match, Matching, ServiceRequest, Wave
from services.models import Service
from services.search.index import reindex
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_matching_run import NOW, make_pages
from tests.test_requests_actions import values

Post = Callable[..., ServiceRequest]
Result = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def nobody_is_set_aside() -> Iterator[None]:
    run._set_aside.clear()
    yield
    run._set_aside.clear()


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests and pages here."""
    return factories.make_service("sign-painting", skills=["Lettering", "Enamel"])


@pytest.fixture
def post(clara: Member, service: Service) -> Post:
    """Posts a request, of Clara's unless said otherwise."""

    def post(actor: Member = clara, **changes: Any) -> ServiceRequest:
        return actions.post_request(actor=actor, values=values(**changes), now=NOW)

    return post


def in_threads(work: Callable[[int], Any], number: int) -> list[Any]:
    """What the work returns in each of so many threads at once."""

    def alone(place: int) -> Any:
        try:
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(alone, range(number)))


def stored() -> Result:
    """All that was stored about matches, but for ids."""
    fields = ("request", "page", "wave", "rank", "score", "features", "reserved_place", "created_at", "notified_at")
    matches = [tuple(map(str, row)) for row in Match.objects.order_by("request", "rank").values_list(*fields)]
    waves = list(Wave.objects.order_by("request").values_list("request", "number", "candidates", "created_at"))
    told = Notification.objects.order_by("event__subject_id", "recipient", "topic")
    sent = Delivery.objects.order_by("notification__event__subject_id", "notification__recipient", "channel")
    return [
        *matches,
        *waves,
        *told.values_list("event__subject_id", "event__kind", "recipient", "topic", "in_app"),
        *sent.values_list("notification__event__subject_id", "notification__recipient", "channel", "state", "due_at"),
        *ServiceRequest.objects.order_by("pk").values_list("pk", "matching", "matched_at", "next_wave_at"),
    ]


def test_together_is_as_one_after_the_other(service: Service, post: Post, clara: Member, sam: Member) -> None:
    """Caps, the turn of who had leads lately, blocks, invitations and nobody at all among them."""
    SiteSettings(wave_size=4).save()
    few, others = make_pages(3, service, daily_leads=2), make_pages(9, service)
    abroad = make_pages(2, service, languages=["de"])
    reindex(page.pk for page in abroad)
    Block.objects.create(blocker=sam, blocked=others[0].member)
    posted = [
        post(),
        post(actor=sam, title="Gold letters"),
        post(visibility="invited", invited_pages=[few[0].pk, others[1].pk]),
        post(languages=["de"]),
        post(languages=["fr"]),
        post(title="Enamel plates"),
        post(actor=sam),
    ]
    before = transaction.savepoint()
    for request in posted:
        run.match(request.pk, now=NOW)
    alone = stored()
    transaction.savepoint_rollback(before)
    assert stored() != alone
    assert run.match_waiting(now=NOW) == len(posted)
    assert stored() == alone
    assert run.match_waiting(now=NOW) == 0
    assert stored() == alone


def test_a_cap_holds_among_requests_that_are_matched_together(service: Service, post: Post) -> None:
    page = make_pages(1, service, daily_leads=2)[0]
    for _number in range(5):
        post()
    assert run.match_waiting(now=NOW) == 5
    assert page.matches.count() == 2
    assert Event.objects.filter(kind="request.no_match").count() == 3


def test_at_most_so_many_at_once_the_oldest_first(service: Service, post: Post) -> None:
    posted = [post() for _number in range(5)]
    assert run.match_waiting(now=NOW, most=2) == 2
    done = ServiceRequest.objects.filter(matching=Matching.DONE).order_by("published_at")
    assert list(done) == posted[:2]


def test_the_task_goes_on_until_nobody_waits(service: Service, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "TOGETHER", 2)
    monkeypatch.setattr(run.match_waiting, "__kwdefaults__", {"most": 2})
    for _number in range(5):
        post()
    tasks.match_posted()
    assert not ServiceRequest.objects.filter(matching=Matching.PENDING).exists()


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_one_that_fails_keeps_nobody_waiting(
    service: Service, post: Post, broken: int, caplog: pytest.LogCaptureFixture
) -> None:
    make_pages(3, service)
    posted = [post() for _number in range(3)]
    refuse(posted[broken])
    assert run.match_waiting(now=NOW) == 3
    assert [each.matches.count() for each in posted] == [0 if place == broken else 3 for place in range(3)]
    assert str(posted[broken].pk) in caplog.text
    late = post()
    assert run.match_waiting(now=NOW) == 1
    assert late.matches.count() == 3
    allow()
    run._set_aside.clear()
    assert run.match_waiting(now=NOW) == 1
    assert posted[broken].matches.count() == 3
    assert Notification.objects.filter(topic="new_lead").count() == 12


def refuse(request: ServiceRequest) -> None:
    """The database takes no match of this request."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.request_id = '{request.pk}' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER refuse BEFORE INSERT ON requests_match FOR EACH ROW EXECUTE FUNCTION refuse()")


def allow() -> None:
    """It does again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP FUNCTION refuse() CASCADE")


def test_who_gets_several_leads_at_once_has_each_on_her_stream(service: Service, post: Post) -> None:
    page = make_pages(1, service)[0]
    posted = [post() for _number in range(3)]
    run.match_waiting(now=NOW)
    entries = StreamEntry.objects.filter(member=page.member).order_by("sequence")
    assert list(entries.values_list("sequence", flat=True)) == [1, 2, 3]
    shown = [entry.payload["notification"] for entry in entries]
    told = {str(each.pk): each.event.subject_id for each in Notification.objects.select_related("event")}
    assert [told[each] for each in shown] == [str(request.pk) for request in posted]
    post()
    run.match_waiting(now=NOW)
    assert entries.order_by("sequence").values_list("sequence", flat=True).last() == 4


def test_statements_grow_only_by_the_search_for_candidates(service: Service, post: Post) -> None:
    make_pages(12, service)
    counts = []
    for number in (2, 2, 12):  # the first ones fill what the process keeps
        for _each in range(number):
            post()
        with CaptureQueriesContext(connection) as queries:
            assert run.match_waiting(now=NOW) == number
        counts.append(len(queries))
    assert counts[2] - counts[1] <= 11  # where a second has passed, the site's settings are read again
    assert counts[1] <= 26


def test_mail_is_asked_for_once(
    service: Service, post: Post, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    make_pages(3, service)
    for _number in range(4):
        post()
    with django_capture_on_commit_callbacks() as callbacks:
        run.match_waiting(now=NOW)
    assert Delivery.objects.filter(channel=Channel.EMAIL).count() == 12
    assert len(callbacks) == 2  # the announcement to the streams, and a ring for the mail's worker


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_share_what_waits(service: Service, post: Post) -> None:
    make_pages(12, service)
    posted = [post() for _number in range(12)]
    taken = in_threads(lambda _place: run.match_waiting(now=NOW, most=3), 4)
    while more := run.match_waiting(now=NOW):
        taken.append(more)
    assert sum(taken) == len(posted)
    assert Wave.objects.count() == len(posted)
    assert all(request.matches.count() == 10 for request in posted)
    assert Event.objects.filter(kind="request.matched").count() == len(posted)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_not_exceed_a_cap(service: Service, post: Post) -> None:
    tight, wide = make_pages(1, service, daily_leads=2)[0], make_pages(1, service)[0]
    for _number in range(8):
        post()
    in_threads(lambda _place: run.match_waiting(now=NOW, most=2), 4)
    while run.match_waiting(now=NOW):
        pass
    assert (tight.matches.count(), wide.matches.count()) == (2, 8)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_in_the_middle_leaves_nothing_behind(service: Service, post: Post) -> None:
    make_pages(2, service)
    for _number in range(3):
        post()
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        run.match_waiting(now=NOW)
        raise KeyboardInterrupt
    assert not Match.objects.exists()
    assert not Event.objects.filter(kind="request.matched").exists()
    assert run.match_waiting(now=NOW) == 3
    assert Match.objects.count() == 6
