"""How many requests a member may post in an hour, on pages and by the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.models import Publication, ServiceRequest
from requests.rules.pace import PostedEnough
from services.models import Service
from tests import factories
from tests.test_requests_actions import values
from tests.test_requests_pages import fill, form_key

Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
URL = "/api/v1/requests/"
NOW = datetime(2026, 11, 24, 12, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_an_hour(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is on. No hour of the clock ends while a test runs."""
    settings.RATE_LIMITS, settings.REQUESTS_AN_HOUR = True, 2
    for module in ("requests.api", "requests.views.guide", "requests.views.request"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: NOW)


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests here."""
    return factories.make_service("sign-painting", name="Sign painting")


def test_one_too_many_by_the_api(clara: Member, sam: Member, service: Service, api: Api) -> None:
    client = api(clara)
    assert client.post(URL, values(budget_min=-1)).status_code == 400  # not posted, not counted
    draft = client.post(URL, values(draft=True)).json()
    for _again in range(2):
        assert client.post(URL, values(), HTTP_IDEMPOTENCY_KEY="one").status_code == 201
    assert client.post(URL, values()).status_code == 201
    posted, closed = ServiceRequest.objects.exclude(pk=draft["id"]).order_by("pk")
    actions.close_request(actor=clara, request=closed, reason="no_fit", now=NOW)
    for address, body in (
        (URL, values()),
        (f"{URL}{draft['id']}/publish/", None),
        (f"{URL}{closed.pk}/reopen/", None),
        (f"{URL}{posted.pk}/repost/", None),
    ):
        refused = client.post(address, body)
        assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (
            429,
            "posting_limit",
            "600",
        )
        assert "in 10 minutes" in refused.json()["message"]
    assert ServiceRequest.objects.count() == 3
    assert Publication.objects.count() == 2
    assert client.post(URL, values(draft=True)).status_code == 201
    assert client.patch(f"{URL}{posted.pk}/", {"title": "Another title"}).status_code == 200
    assert client.post(f"{URL}{posted.pk}/publish/").status_code == 200  # open already
    assert api(sam).post(URL, values()).status_code == 201


def test_the_next_hour_begins_anew(clara: Member, service: Service) -> None:
    def post(now: datetime) -> ServiceRequest:
        return actions.post_request(actor=clara, values=values(), now=now)

    post(NOW), post(NOW + timedelta(minutes=5))
    with pytest.raises(PostedEnough):
        post(NOW + timedelta(minutes=9))
    assert post(NOW + timedelta(minutes=10)).status == "open"


def test_without_limits_nothing_is_counted(clara: Member, service: Service, settings: Any) -> None:
    settings.RATE_LIMITS = False
    for _number in range(4):
        actions.post_request(actor=clara, values=values(), now=utc_now())
    assert Publication.objects.count() == 4


def test_on_the_page_nothing_typed_is_lost(clara: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(clara)
    for _number in range(2):
        actions.post_request(actor=clara, values=values(), now=NOW)
    fill(browser, details={"title": "A third sign"})
    answer = browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    shown = answer.content.decode()
    assert "You have posted very many requests within an hour. You can go on in 10 minutes." in shown
    assert "A third sign" in shown
    assert "A third sign" in browser.get("/requests/new/review/").content.decode()
    kept = browser.post("/requests/new/review/", {"go": "draft", "form_key": answer.context["form_key"]})
    draft = ServiceRequest.objects.get(title="A third sign")
    assert kept.headers["Location"] == f"/requests/{draft.pk}/"
    shown = browser.post(f"/requests/{draft.pk}/publish/", follow=True).content.decode()
    assert "You can go on in 10 minutes." in shown
    draft.refresh_from_db()
    assert draft.status == "draft"
