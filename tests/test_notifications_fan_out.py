"""From an event to notifications, deliveries and stream entries."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from notifications import events, sweeping
from notifications.fan_out import fan_out
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    Event,
    Notification,
    NotificationSettings,
    Preference,
    StreamEntry,
    StreamPosition,
    Timing,
)
from notifications.topics import Topic
from tests import factories
from tests.topics import announce, make_topic

NOW = datetime(2026, 3, 2, 9, 4, tzinfo=UTC)


def prefer(member: Member, timing: Timing, channel: Channel = Channel.EMAIL, topic: str = "test.news") -> None:
    """Sets a preference."""
    Preference.objects.create(member=member, topic=topic, channel=channel, timing=timing)


def mail_of(member: Member) -> Delivery:
    """The member's only delivery by mail."""
    return Delivery.objects.get(notification__recipient=member, channel=Channel.EMAIL)


@pytest.mark.django_db
class TestPreferences:
    def test_defaults_of_the_topic(self, news: Topic, clara: Member) -> None:
        event = announce(clara, now=NOW)
        assert fan_out(event, now=NOW) == 1
        notification = Notification.objects.get()
        assert (notification.recipient, notification.in_app, notification.read_at) == (clara, True, None)
        assert notification.data == {"to": str(clara.pk)}
        states = list(Delivery.objects.values_list("channel", "state"))
        assert states == [(Channel.EMAIL, DeliveryState.WAITING)]  # in the list it is already
        assert mail_of(clara).due_at == NOW
        event.refresh_from_db()
        assert event.fanned_out_at == NOW

    @pytest.mark.parametrize(
        ("timing", "due", "digest"),
        [
            (Timing.INSTANT, NOW, Digest.NONE),
            (Timing.QUARTER_HOUR, datetime(2026, 3, 2, 9, 15, tzinfo=UTC), Digest.QUARTER_HOUR),
            (Timing.DAILY, datetime(2026, 3, 2, 15, 30, tzinfo=UTC), Digest.DAILY),
        ],
    )
    def test_mail_leaves_when_the_member_wants_it(
        self, news: Topic, clara: Member, timing: Timing, due: datetime, digest: Digest
    ) -> None:
        clara.time_zone = "America/New_York"
        clara.save()
        NotificationSettings.objects.create(member=clara, daily_at=time(10, 30))
        prefer(clara, timing)
        fan_out(announce(clara), now=NOW)
        mail = mail_of(clara)
        assert (mail.due_at, mail.wanted_at, mail.digest) == (due, due, digest)

    def test_quiet_hours_hold_mail_and_not_the_list(self, news: Topic, clara: Member) -> None:
        clara.time_zone = "America/New_York"  # 04:04 there
        clara.save()
        NotificationSettings.objects.create(member=clara, quiet_from=time(22), quiet_until=time(7))
        fan_out(announce(clara), now=NOW)
        assert mail_of(clara).due_at == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        assert Notification.objects.visible_to(clara).count() == 1

    def test_urgent_does_not_wait(self, register: Callable[[Topic], None], clara: Member) -> None:
        topic = make_topic("test.urgent", urgent=True)
        register(topic)
        NotificationSettings.objects.create(member=clara, quiet_from=time(22), quiet_until=time(21, 59))
        fan_out(announce(clara, kind="test.urgent"), now=NOW)
        assert mail_of(clara).due_at == NOW

    def test_off(self, news: Topic, clara: Member, paul: Member, sam: Member) -> None:
        prefer(clara, Timing.OFF)
        prefer(paul, Timing.OFF, Channel.IN_APP)
        prefer(sam, Timing.OFF)
        prefer(sam, Timing.OFF, Channel.IN_APP)
        assert fan_out(announce(clara, paul, sam), now=NOW) == 2
        assert not Delivery.objects.filter(notification__recipient=clara).exists()
        assert mail_of(paul).state == DeliveryState.WAITING
        assert not Notification.objects.visible_to(paul).exists()
        assert not Notification.objects.filter(recipient=sam).exists()
        assert list(StreamEntry.objects.values_list("member_id", flat=True)) == [clara.pk]

    def test_what_is_not_optional_stays_on(self, register: Callable[[Topic], None], clara: Member) -> None:
        topic = make_topic("test.must", optional=False)
        register(topic)
        prefer(clara, Timing.OFF, topic="test.must")
        fan_out(announce(clara, kind="test.must"), now=NOW)
        assert mail_of(clara).due_at == NOW

    def test_mail_to_confirmed_addresses_only(self, news: Topic) -> None:
        unconfirmed = factories.make_member(verified=False)
        changed = factories.make_member()
        EmailAddress.objects.filter(user=changed).update(email="old@example.com")
        closed = factories.make_member(is_active=False)
        assert fan_out(announce(unconfirmed, changed, closed), now=NOW) == 2
        assert not Delivery.objects.filter(channel=Channel.EMAIL).exists()

    def test_first_topic_counts_where_two_name_the_same_member(
        self, news: Topic, register: Callable[[Topic], None], clara: Member
    ) -> None:
        second = make_topic("test.second", kinds=("test.news",))
        register(second)
        assert fan_out(announce(clara), now=NOW) == 1
        assert Notification.objects.get().topic == "test.news"

    def test_event_that_no_topic_tells_of_is_done(self, clara: Member) -> None:
        event = announce(clara, kind="test.unheard", now=NOW)
        assert Event.objects.get(pk=event.pk).fanned_out_at == NOW
        assert fan_out(event, now=NOW) == 0


@pytest.mark.django_db
class TestCost:
    def test_queries_do_not_grow_with_recipients(self, news: Topic) -> None:
        counts = []
        for number in (1, 10, 40):
            event = announce(*[factories.make_member() for _each in range(number)])
            with CaptureQueriesContext(connection) as queries:
                assert fan_out(event, now=NOW) == number
            counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
        assert counts == [8, 8, 8]

    def test_numbers_of_each_member_ascend_without_gaps(self, news: Topic, clara: Member, paul: Member) -> None:
        for _each in range(3):
            fan_out(announce(clara), now=NOW)
        fan_out(announce(clara, paul), now=NOW)
        entries = StreamEntry.objects.order_by("sequence")
        assert [entry.sequence for entry in entries.filter(member=clara)] == [1, 2, 3, 4]
        assert [entry.sequence for entry in entries.filter(member=paul)] == [1]
        assert StreamPosition.objects.get(member=clara).last == 4


@pytest.mark.django_db
class TestTwice:
    def test_again_changes_nothing(self, news: Topic, clara: Member) -> None:
        event = announce(clara)
        assert (fan_out(event, now=NOW), fan_out(event, now=NOW)) == (1, 0)
        assert (Notification.objects.count(), StreamEntry.objects.count()) == (1, 1)

    def test_inside_a_transaction_it_goes_and_comes_with_it(
        self, news: Topic, clara: Member, django_capture_on_commit_callbacks: Any
    ) -> None:
        event = announce(clara)
        with django_capture_on_commit_callbacks() as callbacks:
            with pytest.raises(RuntimeError), transaction.atomic():
                fan_out(event, now=NOW)
                raise RuntimeError
            assert not Notification.objects.exists()
            assert fan_out(Event.objects.get(pk=event.pk), now=NOW) == 1
        assert len(callbacks) == 2  # the live stream and the mail worker, each once

    def test_who_fans_out_at_once_leaves_nothing_for_a_worker(
        self, news: Topic, clara: Member, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent: list[str] = []
        monkeypatch.setattr(events, "enqueue", lambda task, *args: sent.append(task.name))
        with django_capture_on_commit_callbacks(execute=True):
            fan_out(announce(clara), now=NOW)
            announce(clara)
        assert sent == ["notifications.tasks.fan_out_event"]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_workers_and_a_sweeper(self, news: Topic, clara: Member, paul: Member) -> None:
        event = announce(clara, paul, now=NOW)
        told: list[int] = []
        ready = threading.Barrier(3)

        def run(work: Any) -> None:
            try:
                ready.wait()
                told.append(work())
            finally:
                connection.close()

        works = [lambda: fan_out(event, now=NOW)] * 2
        works.append(lambda: sweeping.sweep_events(now=NOW + timedelta(minutes=1)) * 0)
        threads = [threading.Thread(target=run, args=[work]) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(told) in (0, 2)
        assert (Notification.objects.count(), StreamEntry.objects.count(), Delivery.objects.count()) == (2, 2, 2)

    def test_crossing_recipients_do_not_wait_for_each_other(self, news: Topic) -> None:
        members = [factories.make_member() for _each in range(6)]
        events = [announce(*(members if number % 2 else members[::-1])) for number in range(12)]
        errors: list[BaseException] = []

        def run(part: list[Event]) -> None:
            try:
                for event in part:
                    fan_out(event, now=NOW)
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[events[start::4]]) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        for member in members:
            numbers = StreamEntry.objects.filter(member=member).order_by("sequence").values_list("sequence", flat=True)
            assert list(numbers) == list(range(1, 13))


@pytest.mark.django_db
class TestSweeper:
    def test_finds_what_nobody_finished_once_its_time_has_come(self, news: Topic, clara: Member) -> None:
        announce(clara, now=NOW)
        assert sweeping.sweep_events(now=NOW + timedelta(seconds=9)) == 0
        assert sweeping.sweep_events(now=NOW + timedelta(seconds=10)) == 1
        assert sweeping.sweep_events(now=NOW + timedelta(hours=10)) == 0
        assert Notification.objects.count() == 1

    def test_one_that_fails_does_not_hold_up_the_others_and_waits_longer_each_time(
        self, news: Topic, clara: Member
    ) -> None:
        broken = announce(clara, now=NOW)
        Event.objects.filter(pk=broken.pk).update(data={"to": ["nobody"]})
        announce(clara, now=NOW)
        assert sweeping.sweep_events(now=NOW + timedelta(seconds=10)) == 1
        broken.refresh_from_db()
        assert "ValueError" in broken.fan_out_error
        waits = []
        now = broken.sweep_at
        for _each in range(11):
            assert sweeping.sweep_events(now=now) == 0
            broken.refresh_from_db()
            waits.append((broken.sweep_at - now).total_seconds())
            now = broken.sweep_at
        assert waits[:3] == [20, 40, 80]
        assert waits[-1] == 3600
        Event.objects.filter(pk=broken.pk).update(data={"to": [str(clara.pk)]})
        assert sweeping.sweep_events(now=now) == 1
        broken.refresh_from_db()
        assert (broken.fan_out_error, broken.fanned_out_at) == ("", now)
