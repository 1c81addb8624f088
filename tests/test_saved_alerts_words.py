"""What members read of what is new to their saved searches."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from notifications.fan_out import fan_out
from notifications.mail.compose import single
from notifications.models import Event, Notification
from notifications.readers import load_readers
from services.actions import pause_page
from services.models import Alert, SavedSearch, ServicePage
from services.saved.alerts import sweep
from services.saved.topics import TOPIC
from tests.saved import MINUTE

pytestmark = pytest.mark.django_db


def latest(now: datetime) -> Notification:
    """The one that the latest event brings."""
    event = Event.objects.filter(kind="saved_search.news").latest("created_at")
    assert fan_out(event, now=now) == 1
    return Notification.objects.select_related("event").get(event=event)


def test_the_mail_names_the_pages_with_links(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime, clara: Member
) -> None:
    search = saved(name="Logo people")
    for number in (1, 2):
        publish(number * MINUTE, slug=f"logo-{number}", title=f"Logos <b>no. {number}</b>")
    sweep(now=start + 5 * MINUTE)
    notification = latest(start)
    message = TOPIC.render([notification])[notification.pk]
    assert message.text == "2 new pages for your search “Logo people”"
    assert message.url == f"/saved/{search.pk}/"
    mail: Any = single(notification.pk, load_readers([clara.pk], [])[clara.pk], TOPIC, message)
    html = mail.alternatives[0][0]
    for body in (mail.body, html):
        assert "http://localhost:8000/services/logo-1/" in body
        assert "http://localhost:8000/services/logo-2/" in body
    assert "Logos <b>no. 1</b>" in mail.body
    assert "Logos &lt;b&gt;no. 1&lt;/b&gt;" in html


def test_several_searches_in_one_message(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    saved(name="First", alert=Alert.DAILY)
    saved("q=linocut", Alert.DAILY, name="Second")
    page = publish()
    sweep(now=start + timedelta(days=2))
    notification = latest(start)
    message = TOPIC.render([notification])[notification.pk]
    assert message.text == "News in 2 saved searches: “First”, “Second”"
    assert list(message.links) == [(page.title, f"/services/{page.slug}/")]


def test_what_is_gone_is_not_told(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    saved()
    page = publish()
    sweep(now=start + 5 * MINUTE)
    pause_page(actor=page.member, page=page, now=start + 6 * MINUTE)
    notification = latest(start)
    assert TOPIC.render([notification]) == {}
    SavedSearch.objects.all().delete()
    assert TOPIC.render([notification]) == {}


def test_queries_do_not_grow(
    saved: Callable[..., SavedSearch], publish: Callable[..., ServicePage], start: datetime
) -> None:
    counts = []
    for number in (1, 2):
        saved(f"radius_km={number}", name=str(number))
        publish(number * 10 * MINUTE, slug=f"logo-{number}")
        sweep(now=start + number * 10 * MINUTE + MINUTE)
        for event in Event.objects.filter(kind="saved_search.news", fanned_out_at=None):
            fan_out(event, now=start)
        notifications = list(Notification.objects.select_related("event"))
        with CaptureQueriesContext(connection) as queries:
            assert len(TOPIC.render(notifications)) == len(notifications)
        counts.append(len(queries))
    assert counts == [2, 2]
