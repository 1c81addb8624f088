"""Deliveries by mail, through a real SMTP server that is well, refuses, hangs up or is away."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from marketplace.clock import utc_now
from notifications import sweeping, topics
from notifications.fan_out import fan_out
from notifications.mail.notifications import MOST
from notifications.mail.outcomes import DELAYS, Claim, Sent
from notifications.mail.postman import Postman
from notifications.mail.run import send_due
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    NotificationSettings,
    Preference,
    Timing,
)
from notifications.topics import Topic
from sitesettings.models import SiteSettings
from tests import factories
from tests.smtp import PostOffice, free_port, part, post_office, smtp_at
from tests.topics import announce, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def tell(*members: Member, text: str = "News", kind: str = "test.news") -> None:
    """Makes a delivery by mail for each, due now."""
    fan_out(announce(*members, text=text, kind=kind), now=utc_now())


def mails() -> Any:
    """All deliveries by mail, in the order in which they were made."""
    return Delivery.objects.filter(channel=Channel.EMAIL).order_by("pk")


def make_due() -> None:
    """Lets the time come for everything that waits."""
    mails().filter(state=DeliveryState.WAITING).update(due_at=utc_now())


class TestForm:
    def test_single(self, news: Topic, clara: Member, office: PostOffice) -> None:
        SiteSettings.objects.create(name="Fair Work", sender_name="Fair Work team", sender_email="hello@fair.example")
        clara.time_zone = "Asia/Kolkata"
        clara.save()
        tell(clara, text="Näws <b>for</b> you")
        send_due()
        (message,) = office.to(clara.email)
        delivery = mails().get()
        assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.SENT, 1, "")
        assert message["Subject"] == "Näws <b>for</b> you"
        assert message["From"] == "Fair Work team <hello@fair.example>"
        assert message["To"] == clara.email
        assert message["Message-ID"] == f"<{delivery.pk}@localhost>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["List-Unsubscribe"].strip().startswith("<http://localhost:8000/notifications/unsubscribe/")
        text = part(message)
        html = part(message, "html")
        local = delivery.created_at + timedelta(hours=5, minutes=30)
        assert f"At: {local:%H:%M}" in text
        assert "http://localhost:8000/news/7/" in text
        assert "Näws <b>for</b> you" in text
        assert "Näws &lt;b&gt;for&lt;/b&gt; you" in html
        assert message["List-Unsubscribe"].strip(" <>") in text

    def test_line_ends_in_the_text_do_not_reach_the_headers(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        tell(clara, text="One\nBcc: evil@example.com")
        send_due()
        assert office.envelopes[0][1] == [clara.email]
        assert office.mails[0]["Subject"] == "One Bcc: evil@example.com"

    def test_what_cannot_be_turned_off_has_no_way_to_stop_it(
        self, clara: Member, office: PostOffice, register: Callable[[Topic], None]
    ) -> None:
        register(make_topic("test.must", optional=False))
        tell(clara, kind="test.must")
        send_due()
        assert office.mails[0]["List-Unsubscribe"] is None
        assert "cannot be turned off" in part(office.mails[0])

    def test_digests_are_one_mail_each_with_all_that_is_due(
        self, news: Topic, clara: Member, paul: Member, office: PostOffice
    ) -> None:
        for member, timing in ((clara, Timing.QUARTER_HOUR), (paul, Timing.DAILY)):
            Preference.objects.create(member=member, topic=news.key, channel=Channel.EMAIL, timing=timing)
        for number in range(3):
            tell(clara, paul, text=f"Item {number}")
        send_due()
        assert office.mails == []
        make_due()
        send_due()
        (hers,), (his,) = office.to(clara.email), office.to(paul.email)
        assert hers["Subject"] == "3 notifications"
        assert his["Subject"] == "Your day: 3 notifications"
        text = part(hers)
        assert text.index("Item 0") < text.index("Item 1") < text.index("Item 2")
        assert set(mails().values_list("state", flat=True)) == {DeliveryState.SENT}

    def test_a_long_digest_names_fifty_and_counts_the_rest(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        Preference.objects.create(member=clara, topic=news.key, channel=Channel.EMAIL, timing=Timing.DAILY)
        for number in range(52):
            tell(clara, text=f"Item {number:02}")
        make_due()
        send_due()
        text = part(office.mails[0])
        assert "Item 49" in text
        assert "Item 50" not in text
        assert "and 2 more" in text

    def test_what_was_read_on_the_site_is_left_out_of_digests(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        Preference.objects.create(member=clara, topic=news.key, channel=Channel.EMAIL, timing=Timing.DAILY)
        tell(clara, text="Old news")
        Notification.objects.update(read_at=utc_now())
        tell(clara, text="New news")
        make_due()
        send_due()
        assert "Old news" not in part(office.mails[0])
        assert list(mails().values_list("state", flat=True)) == [DeliveryState.CANCELLED, DeliveryState.SENT]

    def test_cost_does_not_grow_with_the_batch_but_for_the_marks(self, news: Topic, office: PostOffice) -> None:
        counts = []
        for number in (1, 2, 12):  # the first one fills the cache
            tell(*[factories.make_member() for _each in range(number)])
            with CaptureQueriesContext(connection) as queries:
                send_due()
            counts.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]) - number)
        assert counts[1] == counts[2]
        assert office.connections == 3


class TestChangedMeanwhile:
    @pytest.mark.parametrize("change", ["closed", "unconfirmed", "off", "topic gone", "subject gone"])
    def test_cancelled_and_says_why(
        self, news: Topic, clara: Member, office: PostOffice, change: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell(clara, text="gone" if change == "subject gone" else "News")
        if change == "closed":
            Member.objects.update(is_active=False)
        elif change == "unconfirmed":
            Member.objects.update(email="other@example.com")
        elif change == "off":
            Preference.objects.create(member=clara, topic=news.key, channel=Channel.EMAIL, timing=Timing.OFF)
        elif change == "topic gone":
            monkeypatch.delitem(topics._topics, news.key)
        send_due()
        delivery = mails().get()
        assert (delivery.state, office.mails) == (DeliveryState.CANCELLED, [])
        assert delivery.last_error

    def test_quiet_hours_set_meanwhile_hold_it(self, news: Topic, clara: Member, office: PostOffice) -> None:
        tell(clara)
        now = utc_now()
        NotificationSettings.objects.create(
            member=clara,
            quiet_from=(now - timedelta(hours=1)).time().replace(microsecond=0),
            quiet_until=(now + timedelta(hours=1)).time().replace(microsecond=0),
        )
        send_due()
        delivery = mails().get()
        assert (delivery.state, delivery.attempts, office.mails) == (DeliveryState.WAITING, 0, [])
        assert timedelta(minutes=58) < delivery.due_at - now <= timedelta(hours=1)

    def test_what_quiet_hours_held_and_was_read_meanwhile_stays(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        quiet = {
            "quiet_from": (utc_now() - timedelta(hours=1)).time().replace(microsecond=0),
            "quiet_until": (utc_now() + timedelta(hours=1)).time().replace(microsecond=0),
        }
        NotificationSettings.objects.create(member=clara, **quiet)
        tell(clara, text="Read")
        tell(clara, text="Unread")
        assert {each.due_at > utc_now() for each in mails()} == {True}
        Notification.objects.filter(event__data__text="Read").update(read_at=utc_now())
        NotificationSettings.objects.all().delete()  # they are over
        make_due()
        send_due()
        assert [each.state for each in mails()] == [DeliveryState.CANCELLED, DeliveryState.SENT]
        assert "on the site" in mails()[0].last_error

    def test_what_was_to_leave_at_once_leaves_although_it_was_read(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        tell(clara)
        Notification.objects.update(read_at=utc_now())
        send_due()
        assert mails().get().state == DeliveryState.SENT

    def test_one_without_words_fails_and_the_others_leave(
        self, news: Topic, clara: Member, paul: Member, office: PostOffice
    ) -> None:
        tell(clara, text="broken")
        tell(paul)
        send_due()
        assert list(mails().values_list("state", flat=True)) == [DeliveryState.FAILED, DeliveryState.SENT]
        assert "no words for this" in mails()[0].last_error


class TestTrouble:
    def test_refused_for_good(self, news: Topic, clara: Member, paul: Member, office: PostOffice) -> None:
        office.answers[clara.email] = "550 No such mailbox"
        tell(clara, paul)
        send_due()
        failed, sent = mails().get(notification__recipient=clara), mails().get(notification__recipient=paul)
        assert (failed.state, sent.state) == (DeliveryState.FAILED, DeliveryState.SENT)
        assert failed.last_error == "Recipient refused: 550 No such mailbox"
        assert office.connections == 1

    def test_refused_for_now_waits_longer_each_time_and_fails_after_a_day(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        office.answers[clara.email] = "451 Greylisted"
        tell(clara)
        waited = timedelta()
        for attempt in range(1, len(DELAYS) + 1):
            send_due()
            delivery = mails().get()
            assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, attempt)
            assert "451 Greylisted" in delivery.last_error
            waited += delivery.due_at - utc_now()
            send_due()
            make_due()
        send_due()
        assert mails().get().state == DeliveryState.FAILED
        assert timedelta(hours=20) < waited < timedelta(hours=24)

    def test_contents_refused(self, news: Topic, clara: Member, office: PostOffice) -> None:
        office.refuse_data = "554 Looks like spam"
        tell(clara)
        send_due()
        assert (mails().get().state, "554" in mails().get().last_error) == (DeliveryState.FAILED, True)

    def test_server_that_refuses_us_is_away(self, news: Topic, clara: Member, paul: Member, office: PostOffice) -> None:
        office.refuse_sender = "530 Authentication required"
        tell(clara, paul)
        send_due()
        assert set(mails().values_list("state", "attempts")) == {(DeliveryState.WAITING, 0)}
        assert all("530" in each.last_error for each in mails())

    def test_closed_connection_is_opened_again(self, news: Topic, office: PostOffice) -> None:
        office.hang_up_after = 2
        tell(*[factories.make_member() for _each in range(5)])
        send_due()
        assert len(office.mails) == 5
        assert office.connections == 3
        assert set(mails().values_list("state", flat=True)) == {DeliveryState.SENT}

    def test_slow_to_accept_is_waited_for(self, news: Topic, office: PostOffice) -> None:
        office.thinks_for = settings.EMAIL_TIMEOUT + 0.5
        tell(*[factories.make_member() for _each in range(2)])
        send_due()
        assert (len(office.mails), office.connections) == (2, 1)
        assert set(mails().values_list("state", flat=True)) == {DeliveryState.SENT}

    def test_not_told_whether_it_was_accepted_waits_and_is_sent_with_the_same_id(
        self, news: Topic, office: PostOffice
    ) -> None:
        office.unanswered = 2
        tell(*[factories.make_member() for _each in range(3)])
        send_due()
        assert len(office.mails) == 3
        waiting = mails().get(state=DeliveryState.WAITING)
        assert (waiting.attempts, "closed" in waiting.last_error) == (1, True)
        make_due()
        send_due()
        ids = [each["Message-ID"] for each in office.mails]
        assert (len(ids), ids[3]) == (4, ids[1])

    def test_away_everything_waits_and_shows_why_and_nobody_asks_again_at_once(
        self, news: Topic, clara: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell(clara, *[factories.make_member() for _each in range(120)])
        opened = 0
        original = Postman._open

        def counted(postman: Postman) -> None:
            nonlocal opened
            opened += 1
            original(postman)

        monkeypatch.setattr(Postman, "_open", counted)
        with smtp_at(free_port()):
            for _each in range(5):
                assert send_due() is False
        assert opened == 1
        assert set(mails().values_list("state", "attempts")) == {(DeliveryState.WAITING, 0)}
        assert all("Connection refused" in each.last_error for each in mails())
        cache.clear()
        make_due()
        with post_office() as office:
            send_due()
        assert len(office.mails) == 121
        assert set(mails().values_list("state", "last_error")) == {(DeliveryState.SENT, "")}

    def test_frozen_server_costs_one_time_out(self, news: Topic, clara: Member) -> None:
        with socket.create_server(("127.0.0.1", 0)) as frozen, smtp_at(frozen.getsockname()[1]):
            tell(clara)
            began = utc_now()
            send_due()
            tell(clara)
            send_due()
            assert utc_now() - began < timedelta(seconds=6)
        assert set(mails().values_list("state", "attempts")) == {(DeliveryState.WAITING, 0)}

    def test_time_over_gives_back_the_rest(
        self, news: Topic, clara: Member, paul: Member, office: PostOffice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("notifications.mail.batch.SENDS_FOR", timedelta(seconds=-1))
        tell(clara, paul)
        monkeypatch.setattr("notifications.mail.run.SENDS_FOR", timedelta(milliseconds=1))
        assert send_due() is True
        assert set(mails().values_list("state", "attempts")) == {(DeliveryState.WAITING, 0)}


class TestDeadWorker:
    def test_its_claims_are_taken_back_with_the_same_message_id(
        self, news: Topic, clara: Member, office: PostOffice
    ) -> None:
        tell(clara)
        now = utc_now()
        (pk,) = Delivery.objects.by_email().claim(now=now, most=10)
        sweeping.take_back_claims(now=now + timedelta(minutes=2))
        assert mails().get().state == DeliveryState.SENDING
        sweeping.take_back_claims(now=now + sweeping.HELD_FOR + timedelta(seconds=1))
        delivery = mails().get()
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
        assert "stopped" in delivery.last_error
        make_due()
        send_due()
        assert office.mails[0]["Message-ID"] == f"<{pk}@localhost>"

    def test_who_lost_a_claim_marks_nothing(self, news: Topic, clara: Member) -> None:
        tell(clara)
        first = utc_now()
        (pk,) = Delivery.objects.by_email().claim(now=first, most=10)
        Delivery.objects.filter(pk=pk).update(claimed_at=first + timedelta(minutes=5))
        Claim(Delivery.objects.all(), first).settle([pk], Sent(), now=utc_now())
        assert mails().get().state == DeliveryState.SENDING


def test_another_worker_is_called_where_there_is_more_than_a_claim(news: Topic, office: PostOffice) -> None:
    calls: list[str] = []
    tell(*[factories.make_member() for _each in range(MOST - 1)])
    send_due(call_another=lambda: calls.append("few"))
    tell(*[factories.make_member() for _each in range(2 * MOST + 1)])
    send_due(call_another=lambda: calls.append("many"))
    assert calls == ["many"]
    assert set(mails().values_list("state", flat=True)) == {DeliveryState.SENT}


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_each_mail_leaves_once_and_digests_stay_whole(self, news: Topic, office: PostOffice) -> None:
        members = [factories.make_member() for _each in range(60)]
        for member in members[:30]:
            Preference.objects.create(member=member, topic=news.key, channel=Channel.EMAIL, timing=Timing.DAILY)
        for _each in range(4):
            tell(*members)
        make_due()
        failures: list[BaseException] = []

        def work() -> None:
            try:
                send_due()
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _each in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert {len(office.to(member.email)) for member in members[:30]} == {1}
        assert {len(office.to(member.email)) for member in members[30:]} == {4}
        assert set(mails().values_list("state", "attempts")) == {(DeliveryState.SENT, 1)}
