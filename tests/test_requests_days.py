"""Days are those of the member's clock: at 15:00 in Honolulu it is the next day in UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Member
from marketplace.errors import InvalidInput
from notifications.fan_out import fan_out
from notifications.models import Event, Notification
from notifications.readers import reading_as
from notifications.rendering import render
from requests import actions
from requests.models import ServiceRequest
from services.models import Question, Service
from tests import factories
from tests.test_requests_actions import values
from tests.test_requests_pages import BUDGET, DETAILS, WHERE, fill, form_key

LogIn = Callable[[Member | None], Client]
HONOLULU = "Pacific/Honolulu"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TODAY, YESTERDAY = "2026-11-24", "2026-11-23"


@pytest.fixture
def service(db: None) -> Service:
    """A service whose clients are asked for a day."""
    service = factories.make_service("sign-painting", name="Sign painting")
    Question.objects.create(group=service.group, key="day", text="When?", type="date", required=True)
    return service


@pytest.fixture(autouse=True)
def afternoon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 15:00 in Honolulu."""
    for module in ("requests.guide.draft", "requests.views.guide", "requests.views.describe", "requests.views.request"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: NOW)


@pytest.fixture
def islander(clara: Member) -> Member:
    """Clara lives in Honolulu."""
    Member.objects.filter(pk=clara.pk).update(time_zone=HONOLULU)
    clara.refresh_from_db()
    return clara


def test_an_answer_of_today(islander: Member, sam: Member, service: Service) -> None:
    made = actions.post_request(actor=islander, values=values(answers={"day": TODAY}), now=NOW)
    assert made.answers == {"day": TODAY}
    for actor, day in ((islander, YESTERDAY), (sam, TODAY)):
        with pytest.raises(InvalidInput) as refused:
            actions.post_request(actor=actor, values=values(answers={"day": day}), now=NOW)
        assert refused.value.fields is not None and refused.value.fields["answers.day"][0]["code"] == "past"
    other = actions.create_request(actor=islander, values=values(), now=NOW)
    edited = actions.edit_request(actor=islander, request=other, changes={"answers": {"day": TODAY}}, now=NOW)
    assert edited.answers == {"day": TODAY}


def test_on_the_page(islander: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(islander)
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    late = browser.post("/requests/new/details/", DETAILS | {"answer_day": YESTERDAY})
    assert late.status_code == 400
    assert "This day has passed." in late.content.decode()
    fill(browser, details={"answer_day": TODAY})
    browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    made = ServiceRequest.objects.get()
    assert (made.status, made.answers) == ("open", {"day": TODAY})
    form = DETAILS | BUDGET | WHERE | {"version": "1", "answer_day": TODAY, "title": "Another"}
    assert browser.post(f"/requests/{made.pk}/edit/", form).status_code == 302


def test_who_is_not_known_yet_may_live_anywhere(service: Service, log_in: LogIn) -> None:
    browser = log_in(None)
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    assert browser.post("/requests/new/details/", DETAILS | {"answer_day": TODAY}).status_code == 302
    assert browser.post("/requests/new/details/", DETAILS | {"answer_day": YESTERDAY}).status_code == 400


def test_a_sentence_is_read_on_the_clients_day(
    islander: Member, service: Service, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[date] = []
    for module in ("requests.views.guide", "requests.views.describe"):
        monkeypatch.setattr(f"{module}.tell", lambda _draft, _text, today: read.append(today))
    browser = log_in(islander)
    browser.get("/requests/new/", {"q": "a sign by tomorrow"})
    browser.post("/requests/new/describe/", {"sentence": "a sign by tomorrow"})
    assert read == [date(2026, 11, 24)] * 2


def test_the_last_day_of_a_request(islander: Member, service: Service) -> None:
    posted = actions.post_request(actor=islander, values=values(), now=NOW)
    assert posted.expires_at == datetime(2026, 12, 25, 1, 0, tzinfo=UTC)
    assert actions.remind_due(now=datetime(2026, 12, 20, 1, 0, tzinfo=UTC)) == 1
    event = Event.objects.get(kind="request.expiring_soon")
    fan_out(event, now=NOW)
    told = list(Notification.objects.filter(event=event).select_related("event", "recipient"))
    with reading_as("en", ZoneInfo(HONOLULU)):
        [words] = render(told).values()
    assert words.text.endswith("expires on 24 Dec 2026.")
