"""Who is told of messages: once for many, and by mail only while they are unread, by the clock; and what staff read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from messaging.actions import mark_read, report
from messaging.models import Conversation, Seat
from notifications.fan_out import fan_out
from notifications.mail.notifications import send_digests, send_single
from notifications.mail.postman import Postman
from notifications.models import Channel, Delivery, DeliveryState, Event, Notification, Preference, Timing
from notifications.rendering import render_all
from services.models import ServicePage
from tests import factories
from tests.conversations import conversation, say

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def talk(clara: Member, page: ServicePage) -> Conversation:
    return conversation(clara, page)


def write(it: Conversation, member: Member, body: str, now: datetime) -> None:
    """A message, and what a worker does right after."""
    say(it, member, body, now=now)
    for event in Event.objects.filter(fanned_out_at__isnull=True):
        fan_out(event, now=now)


def send(now: datetime) -> list[Any]:
    """What leaves by mail at this time."""
    mail.outbox.clear()
    with Postman() as postman:
        send_single(postman, now=now)
        send_digests(postman, now=now)
    return list(mail.outbox)


def states() -> list[str]:
    return list(Delivery.objects.filter(channel=Channel.EMAIL).order_by("created_at").values_list("state", flat=True))


def test_many_messages_are_one_notification_and_one_mail(talk: Conversation, clara: Member, paul: Member) -> None:
    for number in range(5):
        write(talk, clara, f"Words {number}", NOON + number * MINUTE)
    notification = Notification.objects.get()
    assert (notification.recipient, notification.topic) == (paul, "messages")
    words = render_all([notification])[0][1]
    assert words.text == "Clara Client wrote to you about “Help with our new shop”."
    assert words.url == f"/inbox/{talk.pk}/"
    assert send(NOON + 10 * MINUTE) == []
    sent = send(NOON + 14 * MINUTE)
    assert [each.subject for each in sent] == ["New messages from Clara Client"]
    assert sent[0].to == [paul.email]
    assert "Words 4" in sent[0].body
    assert "Words 1" not in sent[0].body, "the latest three"
    assert f"/inbox/{talk.pk}/" in sent[0].body
    assert send(NOON + 40 * MINUTE) == []


def test_what_was_read_leaves_no_mail(talk: Conversation, clara: Member, paul: Member) -> None:
    write(talk, clara, "One", NOON)
    mark_read(actor=paul, conversation=talk, now=NOON + MINUTE)
    assert send(NOON + 20 * MINUTE) == []
    assert states() == [DeliveryState.CANCELLED]
    assert Notification.objects.get().read_at == NOON + MINUTE, "it is read in the list too"


def test_what_comes_after_reading_does(talk: Conversation, clara: Member, paul: Member) -> None:
    write(talk, clara, "One", NOON)
    mark_read(actor=paul, conversation=talk, now=NOON + MINUTE)
    write(talk, clara, "Two", NOON + 3 * MINUTE)
    sent = send(NOON + 14 * MINUTE)
    assert [each.subject for each in sent] == ["New message from Clara Client"]
    assert "Two" in sent[0].body
    assert "One" not in sent[0].body


def test_later_quarters_tell_again_and_a_digest_names_each_conversation_once(
    talk: Conversation, clara: Member, paul: Member, page: ServicePage
) -> None:
    Preference.objects.create(member=paul, topic="messages", channel=Channel.EMAIL, timing=Timing.DAILY)
    other = conversation(clara, page, title="Another thing")
    for number in range(3):
        write(talk, clara, f"Words {number}", NOON + 20 * number * MINUTE)
    write(other, clara, "More", NOON)
    assert Notification.objects.count() == 4
    sent = send(NOON + timedelta(days=1))
    assert [each.subject for each in sent] == ["Your day: 2 notifications"]
    assert sorted(states()) == ["cancelled", "cancelled", "sent", "sent"]


def test_instant_mail_leaves_at_once_and_not_again_while_she_reads(
    talk: Conversation, clara: Member, paul: Member
) -> None:
    Preference.objects.create(member=paul, topic="messages", channel=Channel.EMAIL, timing=Timing.INSTANT)
    write(talk, clara, "One", NOON)
    assert len(send(NOON)) == 1
    write(talk, clara, "Two", NOON + MINUTE)
    assert send(NOON + MINUTE) == []
    mark_read(actor=paul, conversation=talk, now=NOON + 2 * MINUTE)
    write(talk, clara, "Three", NOON + 2 * MINUTE + MINUTE / 2)
    assert send(NOON + 3 * MINUTE) == [], "she is there"
    mark_read(actor=paul, conversation=talk, now=NOON + 3 * MINUTE)
    write(talk, clara, "Four", NOON + 8 * MINUTE)
    assert len(send(NOON + 8 * MINUTE)) == 1


def test_turned_off(talk: Conversation, clara: Member, paul: Member) -> None:
    for channel in (Channel.EMAIL, Channel.IN_APP):
        Preference.objects.create(member=paul, topic="messages", channel=channel, timing=Timing.OFF)
    write(talk, clara, "One", NOON)
    assert send(NOON + 20 * MINUTE) == []
    assert not Notification.objects.exists()
    assert Seat.objects.get(member=paul).unread == 1


def test_words_for_many_cost_a_fixed_number_of_queries(
    talk: Conversation, clara: Member, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for _number in range(4):
        write(conversation(clara, factories.make_page(indexed=False)), clara, "Hello", NOON)
    notifications = list(Notification.objects.select_related("event"))
    assert len(notifications) == 4
    with django_assert_num_queries(2):
        render_all(notifications)


class TestStaff:
    def test_read_only_what_was_reported_and_it_is_written_down(
        self, log_in: LogIn, ada: Member, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        say(talk, clara, "A private word")
        bad = say(talk, paul, "Send <b>money</b>")
        made = report(actor=clara, conversation=talk, message=bad, reason="fraud", now=timezone.now())
        hers = log_in(ada)
        html = hers.get(f"/admin/messaging/report/{made.pk}/change/").content.decode()
        assert "Send &lt;b&gt;money" in html
        assert "A private word" not in html
        read = Event.objects.get(kind="report.read_by_staff")
        assert (read.actor, read.subject_id) == (ada, str(made.pk))
        assert "A private word" not in hers.get(f"/admin/messaging/conversation/{talk.pk}/change/").content.decode()
        assert hers.get("/admin/messaging/conversation/").status_code == 200
        data = {"action": "mark_handled", "_selected_action": [str(made.pk)]}
        hers.post("/admin/messaging/report/", data), hers.post("/admin/messaging/report/", data)
        made.refresh_from_db()
        assert made.handled_by == ada
        assert Event.objects.filter(kind="report.handled").count() == 1
        assert str(made.pk) not in hers.get("/admin/messaging/report/?state=open").content.decode()

    def test_a_reported_conversation_shows_its_latest_messages(
        self, log_in: LogIn, ada: Member, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        for number in range(32):
            say(talk, clara, f"Number {number}.")
        made = report(actor=paul, conversation=talk, reason="abuse", now=timezone.now())
        html = log_in(ada).get(f"/admin/messaging/report/{made.pk}/change/").content.decode()
        assert "Number 31." in html
        assert "Number 2." in html
        assert "Number 1." not in html
