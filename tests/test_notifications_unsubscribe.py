"""Stopping mail by the link in it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.fan_out import fan_out
from notifications.mail.unsubscribe import read_token, unsubscribe_path
from notifications.models import Channel, Delivery, DeliveryState, Notification, Preference, Timing
from notifications.topics import Topic
from tests.topics import announce, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(news: Topic, clara: Member) -> str:
    return unsubscribe_path(clara.pk, [news.key])


def choices() -> list[tuple[Any, ...]]:
    """All preferences there are."""
    return list(Preference.objects.values_list("member__email", "topic", "channel", "timing"))


def test_get_asks_and_changes_nothing(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "Test news" in page.content.decode()
    assert 'method="post"' in page.content.decode()
    assert choices() == []


def test_one_click_without_log_in_cookies_or_csrf(path: str, clara: Member, paul: Member) -> None:
    now = utc_now()
    fan_out(announce(clara, paul), now=now)
    machine = Client(enforce_csrf_checks=True)
    answer = machine.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert choices() == [(clara.email, "test.news", Channel.EMAIL, Timing.OFF)]
    states = dict(Delivery.objects.by_email().values_list("notification__recipient__email", "state"))
    assert states == {clara.email: DeliveryState.CANCELLED, paul.email: DeliveryState.WAITING}
    fan_out(announce(clara), now=now)
    assert Notification.objects.visible_to(clara).count() == 2
    assert Delivery.objects.by_email().filter(notification__recipient=clara).count() == 1


def test_twice_is_harmless(client: Client, path: str) -> None:
    assert [client.post(path).status_code for _each in range(2)] == [200, 200]
    assert len(choices()) == 1


@pytest.mark.parametrize(
    "change", [lambda p: p[:-4] + "xxx/", lambda p: "/notifications/unsubscribe/" + "x" * 3000 + "/"]
)
def test_link_that_we_did_not_make(client: Client, path: str, change: Any) -> None:
    assert client.get(change(path)).status_code == 404
    assert client.post(change(path)).status_code == 404
    assert choices() == []


def test_link_of_somebody_who_left(client: Client, path: str, clara: Member) -> None:
    clara.delete()
    assert client.post(path).status_code == 200
    assert choices() == []


def test_topics_that_are_gone_or_not_optional_stay_as_they_are(client: Client, clara: Member, register: Any) -> None:
    register(make_topic("test.must", optional=False))
    assert client.post(unsubscribe_path(clara.pk, ["test.must", "test.gone"])).status_code == 200
    assert choices() == []


def test_link_of_a_digest_stops_all_that_was_in_it(client: Client, clara: Member, news: Topic, register: Any) -> None:
    register(make_topic("test.other"))
    client.post(unsubscribe_path(clara.pk, ["test.news", "test.other"]))
    assert [each[1] for each in choices()] == ["test.news", "test.other"]


def test_token_reads_back(path: str, clara: Member) -> None:
    assert read_token(path.split("/")[-2]) == (clara.pk, ["test.news"])
