"""How deliveries are doing, for Prometheus and in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.fan_out import fan_out
from notifications.health import measure
from notifications.mail.run import wait_for_server
from notifications.models import AccountMail, Delivery, DeliveryState, Event
from notifications.topics import Topic
from tests.topics import announce

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(news: Topic, clara: Member, paul: Member) -> Delivery:
    """A mail to Clara that should have left an hour ago, and one to Paul that failed."""
    past = utc_now() - timedelta(hours=1)
    fan_out(announce(clara, paul, now=past), now=past)
    Delivery.objects.filter(notification__recipient=paul, channel="email").update(state=DeliveryState.FAILED)
    return Delivery.objects.get(notification__recipient=clara, channel="email")


def test_age_counts_from_when_it_was_first_to_leave(late: Delivery) -> None:
    now = utc_now()
    wait_for_server("away", now=now)
    found = measure(now=now)
    assert (found.late, found.failed, found.open_events) == (1, 1, 0)
    assert timedelta(minutes=59) < found.oldest_wait < timedelta(minutes=61)


def test_what_is_not_yet_due_is_not_late(late: Delivery) -> None:
    Delivery.objects.update(wanted_at=utc_now() + timedelta(hours=1))
    assert (measure(now=utc_now()).late, measure(now=utc_now()).oldest_wait) == (0, timedelta())


def test_open_events_and_account_mail_count(clara: Member, news: Topic) -> None:
    announce(clara, now=utc_now() - timedelta(minutes=1))
    now = timezone.now()
    AccountMail.objects.create(template="x", recipient="a@b.example", created_at=now, due_at=now, wanted_at=now)
    found = measure(now=utc_now())
    assert (found.late, found.open_events) == (1, 1)


def test_gauges(late: Delivery, client: Client) -> None:
    text = client.get("/metrics", HTTP_AUTHORIZATION="Bearer development").content.decode()
    assert "marketplace_deliveries_late 1.0" in text
    assert "marketplace_deliveries_failed_24h 1.0" in text
    assert float(text.split("marketplace_oldest_delivery_seconds ")[-1].split()[0]) > 3500


class TestAdmin:
    @pytest.mark.parametrize(
        ("path", "shown", "hidden"),
        [
            ("delivery/", "Late: 1, the oldest for 1:0", "nothing"),
            ("delivery/?state=failed", "paul@example.com", "clara@example.com"),
            ("delivery/?topic=test.news&q=clara@example.com", "clara@example.com", "paul@example.com"),
            ("notification/?topic=test.news", "Clara Client", "nothing"),
            ("event/?kind=test.news", "test.news", "nothing"),
            ("event/?fan_out=failing", "0 events", "field-kind"),
        ],
    )
    def test_lists(self, late: Delivery, ada: Member, log_in: Any, path: str, shown: str, hidden: str) -> None:
        answer = log_in(ada).get(f"/admin/notifications/{path}")
        assert answer.status_code == 200
        assert shown in answer.content.decode()
        assert hidden not in answer.content.decode()

    def test_every_row_can_be_looked_at_and_none_changed(self, late: Delivery, ada: Member, log_in: Any) -> None:
        browser = log_in(ada)
        for model, pk in (
            ("delivery", late.pk),
            ("notification", late.notification_id),
            ("event", Event.objects.get().pk),
        ):
            page = browser.get(f"/admin/notifications/{model}/{pk}/change/")
            assert page.status_code == 200
            assert 'name="_save"' not in page.content.decode()
            assert browser.get(f"/admin/notifications/{model}/{pk}/delete/").status_code == 403

    def test_contents_of_account_mail_are_not_shown(self, ada: Member, log_in: Any) -> None:
        now = timezone.now()
        mail = AccountMail.objects.create(
            template="x", recipient="a@b.example", context={"text": "s3cret"}, created_at=now, due_at=now
        )
        for path in ("", f"{mail.pk}/change/"):
            page = log_in(ada).get(f"/admin/notifications/accountmail/{path}").content.decode()
            assert "a@b.example" in page
            assert "s3cret" not in page

    def test_members_see_none_of_it(self, late: Delivery, clara: Member, log_in: Any) -> None:
        assert log_in(clara).get("/admin/notifications/delivery/").status_code == 302

    def test_staff_without_the_right_cannot_send_again(self, late: Delivery, sam: Member, log_in: Any) -> None:
        sam.is_staff = True
        sam.save()
        failed = Delivery.objects.get(state=DeliveryState.FAILED)
        sent = {"action": "send_again", "_selected_action": [str(failed.pk)]}
        assert log_in(sam).post("/admin/notifications/delivery/", sent).status_code == 403
        failed.refresh_from_db()
        assert failed.state == DeliveryState.FAILED
