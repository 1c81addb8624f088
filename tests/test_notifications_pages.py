"""The list of notifications, the settings, and sending again, as browsers use them."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.models import Delivery, DeliveryState, Notification, NotificationSettings, Preference
from requests import actions
from requests.matching import run
from services.models import ServicePage
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_requests_actions import values

LogIn = Callable[[Member | None], Client]


@pytest.fixture
def told(clara: Member, paul: Member) -> Notification:
    """What Paul was told of Clara's request."""
    service = factories.make_service("sign-painting")
    factories.make_page(paul, services=[service])
    request = actions.post_request(actor=clara, values=values(), now=utc_now())
    run.match(request.pk, now=utc_now())
    return Notification.objects.get(recipient=paul)


def test_the_list_shows_what_is_new_and_leads_there(paul: Member, told: Notification, log_in: LogIn) -> None:
    browser = log_in(paul)
    shown = browser.get("/notifications/").content.decode()
    assert "New request for you: Logo for a small roastery" in shown
    assert 'aria-label="Notifications, 1 unread"' in shown
    opened = browser.get(f"/notifications/{told.pk}/")
    assert opened.headers["Location"] == f"/requests/{told.event.subject_id}/"
    assert "All read" in browser.get("/notifications/?show=unread").content.decode()


def test_all_are_marked_as_read(paul: Member, told: Notification, log_in: LogIn) -> None:
    browser = log_in(paul)
    assert browser.get("/notifications/read-all/").status_code == 405
    for _twice in range(2):
        assert browser.post("/notifications/read-all/").status_code == 302
    told.refresh_from_db()
    assert told.read_at is not None


def test_others_see_nothing_of_it(sam: Member, told: Notification, log_in: LogIn) -> None:
    assert "Nothing yet" in log_in(sam).get("/notifications/").content.decode()
    assert log_in(sam).get(f"/notifications/{told.pk}/").status_code == 404
    assert log_in(sam).get(f"/notifications/{uuid4()}/").status_code == 404
    for path in ("", "preferences/", f"{told.pk}/"):
        assert log_in(None).get(f"/notifications/{path}").headers["Location"].startswith("/accounts/login/")


def test_settings_are_saved(paul: Member, log_in: LogIn) -> None:
    browser = log_in(paul)
    form = browser.get("/notifications/preferences/").context["form"]
    sent: dict[str, Any] = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    sent |= {"new_lead.email": "daily", "quiet_from": "22:00", "quiet_until": "07:00", "daily_at": "09:30"}
    assert browser.post("/notifications/preferences/", sent).status_code == 302
    assert Preference.objects.get(member=paul, topic="new_lead", channel="email").timing == "daily"
    assert NotificationSettings.objects.get(member=paul).daily_at.hour == 9
    again = browser.get("/notifications/preferences/").context["form"]
    assert again["new_lead.email"].value() == "daily"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quiet_from": "22:00", "quiet_until": ""}, "Quiet hours need a beginning and an end."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "must end at another time"),
        ({"daily_at": "late"}, "Enter a valid time."),
        ({"new_lead.email": "hourly"}, "not one of the available choices"),
    ],
)
def test_wrong_settings_are_named(paul: Member, log_in: LogIn, changes: dict[str, str], message: str) -> None:
    browser = log_in(paul)
    form = browser.get("/notifications/preferences/").context["form"]
    sent: dict[str, Any] = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = browser.post("/notifications/preferences/", sent | changes)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not NotificationSettings.objects.exists()


def test_what_concerns_others_is_folded_unless_it_is_wrong(
    clara: Member, paul: Member, page: ServicePage, log_in: LogIn
) -> None:
    def folded(answer: Any) -> list[str]:
        groups = re.findall(r'<details class="timings__group"( open)?>.*?<h2[^>]*>(.*?)</h2>', answer.content.decode())
        return [words for is_open, words in groups if not is_open]

    address = "/notifications/preferences/"
    assert folded(log_in(clara).get(address)) == ["As a provider"]
    assert folded(log_in(paul).get(address)) == []
    assert folded(log_in(clara).post(address, {"new_lead.email": "hourly"})) == []


def test_staff_sends_again_what_failed(ada: Member, told: Notification, log_in: LogIn) -> None:
    delivery = Delivery.objects.get(notification=told, channel="email")
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.FAILED, attempts=10, last_error="Away")
    browser = log_in(ada)
    shown = browser.get("/admin/notifications/delivery/?channel=email").content.decode()
    assert "Away" in shown
    assert "?channel=push" in shown
    assert "?channel=in_app" not in shown
    assert "Away" not in browser.get("/admin/notifications/delivery/?channel=push").content.decode()
    sent = {"action": "send_again", "_selected_action": [str(delivery.pk)]}
    for _twice in range(2):
        assert browser.post("/admin/notifications/delivery/", sent).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 0)


def test_the_list_costs_the_same_for_one_and_for_many(
    paul: Member, told: Notification, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    SiteSettings(daily_leads_per_provider=100).save()
    for _number in range(30):
        run.match(actions.post_request(actor=factories.make_member(), values=values(), now=utc_now()).pk, now=utc_now())
    browser = log_in(paul)
    browser.get("/notifications/")
    with django_assert_max_num_queries(9):
        assert "Older" in browser.get("/notifications/").content.decode()
    assert ServicePage.objects.count() == 1
