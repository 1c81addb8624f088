"""The live stream: who may listen, what arrives, what is replayed, and what ends it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import ApiToken, Member
from marketplace.clock import utc_now
from notifications import broadcast
from notifications.fan_out import fan_out
from notifications.live import connection as live_connection
from notifications.live import entries, hub
from notifications.models import Notification, StreamEntry
from notifications.topics import Topic
from tests.streams import StreamServer, stream_server
from tests.topics import announce

pytestmark = pytest.mark.django_db(transaction=True)
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamServer]:
    """A server whose clocks are quick."""
    monkeypatch.setattr(hub, "RECHECK_SECONDS", 0.3)
    monkeypatch.setattr(hub, "CATCH_UP_SECONDS", 0.3)
    with stream_server() as running:
        yield running


def tell(*members: Member, text: str = "News") -> None:
    """Makes a notification for each."""
    fan_out(announce(*members, text=text), now=utc_now())


def cookie(client: Client) -> dict[str, str]:
    """The headers of a logged-in browser."""
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


class TestArrival:
    def test_notification_as_the_api_gives_it_with_the_unread_count(
        self, streams: StreamServer, news: Topic, clara: Member, paul: Member, api: Any
    ) -> None:
        hers, his = streams.listen(clara).greeting(), streams.listen(paul).greeting()
        assert hers.answer.getheader("Content-Type") == "text/event-stream"
        assert hers.answer.getheader("Cache-Control") == "no-store"
        tell(clara, text="Zwei\nZeilen: ü")
        event = hers.next()
        assert (event.type, event.id) == ("notification", "1")
        assert event.data.pop("unread") == 1
        assert event.data == api(clara).get("/api/v1/notifications/").json()["results"][0]
        assert event.data["text"] == "Zwei\nZeilen: ü"
        tell(paul, text="His")
        assert his.next().data["text"] == "His"

    def test_session_of_a_browser(self, streams: StreamServer, news: Topic, clara: Member, log_in: LogIn) -> None:
        listener = streams.listen(headers=cookie(log_in(clara))).greeting()
        tell(clara)
        assert listener.next().data["text"] == "News"

    def test_two_tabs_get_the_same(self, streams: StreamServer, news: Topic, clara: Member) -> None:
        first, second = streams.listen(clara).greeting(), streams.listen(clara).greeting()
        tell(clara)
        assert first.next() == second.next()

    def test_arrives_by_catching_up_when_the_announcement_was_lost(
        self, streams: StreamServer, news: Topic, clara: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listener = streams.listen(clara).greeting()
        monkeypatch.setattr(broadcast, "_publish", lambda channel, message: False)
        tell(clara)
        assert listener.next().data["text"] == "News"

    def test_one_that_cannot_be_put_into_words_does_not_stop_the_others(
        self, streams: StreamServer, news: Topic, clara: Member
    ) -> None:
        listener = streams.listen(clara).greeting()
        tell(clara, text="broken")
        tell(clara, text="fine")
        assert [listener.next().data["text"] for _each in range(2)] == ["This cannot be shown at the moment.", "fine"]

    def test_entries_of_other_kinds_arrive_as_they_were_written(self, streams: StreamServer, clara: Member) -> None:
        listener = streams.listen(clara).greeting()
        entries.append("message", {clara.pk: {"conversation": "c1"}}, now=utc_now())
        event = listener.next()
        assert (event.type, event.data, event.id) == ("message", {"conversation": "c1"}, "1")

    def test_rate_goes_to_staff_only_and_with_an_id_to_resume_from(
        self, streams: StreamServer, news: Topic, ada: Member, clara: Member
    ) -> None:
        tell(ada)
        staff, client = streams.listen(ada).greeting(), streams.listen(clara).greeting()
        _issued, secret = ApiToken.issue(member=ada, name="no powers", scopes=["write"])
        powerless = streams.listen(token=secret).greeting()
        wait_for_subscription()
        broadcast.publish_rate({"requests": 8})
        event = staff.next()
        assert (event.type, event.id, event.data) == ("rate", "1", {"requests": 8})
        tell(clara, ada)
        assert client.next().type == "notification"
        assert powerless.next().type == "notification"


def wait_for_subscription() -> None:
    """Until the server's subscription is there."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    for _each in range(200):
        if client.pubsub_numsub(broadcast.STAFF)[0][1]:
            return
        time.sleep(0.02)
    raise AssertionError("no subscription")


class TestReplay:
    def test_without_an_id_only_what_is_new(self, streams: StreamServer, news: Topic, clara: Member) -> None:
        tell(clara, text="old")
        listener = streams.listen(clara).greeting()
        assert listener.last_id == "1"
        tell(clara, text="new")
        assert listener.next().data["text"] == "new"

    def test_by_header_and_by_query(self, streams: StreamServer, news: Topic, clara: Member) -> None:
        for number in range(4):
            tell(clara, text=str(number))
        by_header = streams.listen(clara, headers={"Last-Event-ID": "2"})
        assert [(e.id, e.data["text"]) for e in (by_header.next(), by_header.next())] == [("3", "2"), ("4", "3")]
        by_query = streams.listen(clara, query="?last_event_id=3")
        assert by_query.next().id == "4"
        both = streams.listen(clara, query="?last_event_id=0", headers={"Last-Event-ID": "3"})
        assert both.next().id == "4"

    def test_more_than_one_reading_holds(
        self, streams: StreamServer, clara: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "MOST_AT_ONCE", 10)
        for number in range(35):
            entries.append("message", {clara.pk: {"n": number}}, now=utc_now())
        listener = streams.listen(clara, headers={"Last-Event-ID": "0"})
        assert [listener.next().data["n"] for _each in range(35)] == list(range(35))

    def test_id_from_the_future_means_now(self, streams: StreamServer, news: Topic, clara: Member) -> None:
        tell(clara, text="old")
        listener = streams.listen(clara, headers={"Last-Event-ID": "999"}).greeting()
        tell(clara, text="new")
        assert listener.next().data["text"] == "new"

    def test_forgotten_and_deleted_entries_are_skipped(self, streams: StreamServer, news: Topic, clara: Member) -> None:
        for number in range(3):
            tell(clara, text=str(number))
        StreamEntry.objects.filter(sequence=1).delete()
        Notification.objects.filter(pk=StreamEntry.objects.get(sequence=2).payload["notification"]).delete()
        assert streams.listen(clara, headers={"Last-Event-ID": "0"}).next().id == "3"


class TestRefusal:
    def test_unknown_caller(self, streams: StreamServer) -> None:
        refused = [
            ({}, "not_authenticated"),
            ({"Authorization": "Token wrong"}, "invalid_token"),
            ({"Cookie": "sessionid=wrong"}, "not_authenticated"),
        ]
        for headers, code in refused:
            listener = streams.listen(headers=headers)
            assert (listener.answer.status, listener.json()["code"]) == (401, code)

    def test_wrong_host(self, streams: StreamServer, clara: Member) -> None:
        assert streams.listen(clara, headers={"Host": "evil.example"}).answer.status == 400

    def test_bad_id(self, streams: StreamServer, clara: Member) -> None:
        for given in ("x", "-1", "1.5", "9" * 30, "%00", "%D9%A1"):
            listener = streams.listen(clara, query=f"?last_event_id={given}")
            assert (listener.answer.status, list(listener.json()["fields"])) == (400, ["last_event_id"])

    def test_unknown_filter_and_method(self, streams: StreamServer, clara: Member) -> None:
        listener = streams.listen(clara, query="?since=1")
        assert (listener.answer.status, listener.json()["code"]) == (400, "unknown_filter")
        assert streams.listen(clara, method="POST").answer.status == 405

    def test_too_many(self, streams: StreamServer, clara: Member, paul: Member) -> None:
        listeners = [streams.listen(clara).greeting() for _each in range(hub.MOST_PER_MEMBER)]
        refused = streams.listen(clara)
        assert (refused.answer.status, refused.json()["code"]) == (429, "too_many_streams")
        assert refused.answer.getheader("Retry-After")
        assert streams.listen(paul).answer.status == 200
        listeners[0].close()
        for _each in range(100):
            if streams.listen(clara).answer.status == 200:
                return
            time.sleep(0.02)
        raise AssertionError("the place of a closed stream stays taken")


class TestEnd:
    @pytest.mark.parametrize("how", ["token revoked", "account closed", "logged out", "new password"])
    def test_when_access_ends(self, streams: StreamServer, clara: Member, log_in: LogIn, how: str) -> None:
        browser = log_in(clara)
        by_session = streams.listen(headers=cookie(browser)).greeting()
        by_token = streams.listen(clara).greeting()
        if how == "token revoked":
            ApiToken.objects.all().delete()
            ended, lasting = by_token, by_session
        elif how == "account closed":
            Member.objects.update(is_active=False)
            assert by_session.end() is not None
            assert by_token.end() is not None
            return
        elif how == "logged out":
            Session.objects.all().delete()
            ended, lasting = by_session, by_token
        else:
            clara.set_password("another-long-one")
            clara.save()
            ended, lasting = by_session, by_token
        ended.end()
        entries.append("message", {clara.pk: {"n": 1}}, now=utc_now())
        assert lasting.next().data == {"n": 1}

    def test_staff_who_lose_their_powers_get_no_more_rates(self, streams: StreamServer, ada: Member) -> None:
        listener = streams.listen(ada).greeting()
        wait_for_subscription()
        Member.objects.update(is_staff=False)
        without, deadline = 0, time.monotonic() + 20
        while without < 3:  # a rate comes before the message that follows it, until access is looked at again
            assert time.monotonic() < deadline
            broadcast.publish_rate({"requests": 8})
            time.sleep(0.1)
            entries.append("message", {ada.pk: {"n": 1}}, now=utc_now())
            without = 0 if listener.next().type == "rate" and listener.next() else without + 1

    def test_reader_who_is_too_slow_is_sent_away_and_can_resume(
        self, streams: StreamServer, clara: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_connection, "MOST_PENDING", 20_000)
        listener = streams.listen(clara).greeting()
        big = "x" * 30_000
        entries.append("message", {clara.pk: {"text": big}}, now=utc_now())
        assert listener.end().count(b"event: message") == 0
        monkeypatch.setattr(live_connection, "MOST_PENDING", 1_000_000)
        assert streams.listen(clara, headers={"Last-Event-ID": "0"}).next().data == {"text": big}


class TestHeartbeat:
    def test_silent_streams_are_kept_open(self, monkeypatch: pytest.MonkeyPatch, clara: Member) -> None:
        monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.1)
        with stream_server() as streams:
            listener = streams.listen(clara).greeting()
            lines = [listener.answer.readline() for _each in range(5)]
        assert lines.count(b":\n") >= 2


class TestWithoutAServerThatKeepsConnections:
    def test_short_stream_of_what_came_meanwhile(self, news: Topic, clara: Member, api: Any) -> None:
        tell(clara, text="one")
        tell(clara, text="two")
        answer = api(clara).get("/api/v1/stream/", HTTP_LAST_EVENT_ID="1")
        assert answer["Content-Type"] == "text/event-stream"
        body = answer.content.decode()
        assert body.startswith("retry: 3000\nid: 1\n\nid: 2\nevent: notification\ndata: {")
        assert '"two"' in body
        assert api(clara).get("/api/v1/stream/").content == b"retry: 3000\nid: 2\n\n"
        assert api(None).get("/api/v1/stream/").status_code == 401


def test_entries_are_kept_for_a_week(news: Topic, clara: Member) -> None:
    now = utc_now()
    fan_out(announce(clara), now=now)
    assert entries.forget_old(now=now + entries.KEPT) == 0
    assert entries.forget_old(now=now + entries.KEPT * 1.01) == 1
