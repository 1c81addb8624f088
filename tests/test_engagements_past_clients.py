"""Past clients from outside: inviting, the mail, the form behind its link, and saying no."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from engagements import actions
from engagements.models import NoMailWanted, OutsideReview, PastClient
from engagements.past_clients.links import review_path, stop_path
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from notifications.mail.run import send_due
from notifications.models import AccountMail, Notification
from services.models import PageStatus, ServicePage
from tests import factories

Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "/api/v1/past-clients/"
OTTO = {"name": "Otto Outside", "email": "Otto@outside.example", "consent": True}
REVIEW = {"rating": "5", "text": "Ten years of good work.", "name": "Otto O."}


def invite(page: ServicePage, now: datetime = NOW, **changes: Any) -> PastClient:
    """An invitation by the page's provider."""
    given: dict[str, Any] = {"name": OTTO["name"], "email": OTTO["email"], "has_consent": True} | changes
    return actions.invite_past_client(actor=page.member, page=page, now=now, **given)


@pytest.fixture
def otto(page: ServicePage) -> PastClient:
    """Otto, invited just now, by the real clock."""
    return invite(page, now=utc_now())


def test_the_mail_holds_the_link_and_a_way_to_say_no(otto: PastClient) -> None:
    send_due()
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == (["Otto@outside.example"], "Paul Provider asks how you found the work")
    assert "Hello Otto Outside," in sent.body
    assert review_path(otto) in sent.body
    assert stop_path(otto) in sent.body
    assert sent.extra_headers["List-Unsubscribe"].endswith(f"{stop_path(otto)}>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    otto.refresh_from_db()
    assert otto.mail is not None
    assert (otto.mail.state, otto.mail.context) == ("sent", {})


def test_the_review_is_published_apart_and_outside_the_rating(
    otto: PastClient,
    page: ServicePage,
    paul: Member,
    log_in: LogIn,
    eager_tasks: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    browser = log_in(None)
    form = browser.get(review_path(otto))
    assert form.status_code == 200
    assert form["X-Robots-Tag"] == "noindex, nofollow"
    assert "How was the work of Paul Provider?" in form.content.decode()
    assert browser.post(review_path(otto), {"text": "", "name": ""}).status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post(review_path(otto), REVIEW)
    assert "Thank you, your review is published" in done.content.decode()
    page.refresh_from_db()
    assert (page.rating_count, page.outside_reviews) == (0, 1)
    shown = browser.get(f"/services/{page.slug}/").content.decode()
    assert "Past client, outside this marketplace" in shown
    assert "Ten years of good work." in shown
    assert '"review"' not in shown
    assert Notification.objects.get(topic="past_clients").recipient_id == paul.pk


def test_the_link_works_once(otto: PastClient, log_in: LogIn) -> None:
    browser = log_in(None)
    browser.post(review_path(otto), REVIEW)
    again = browser.post(review_path(otto), REVIEW | {"text": "Worse."})
    assert again.status_code == 409
    assert "This link was used already" in again.content.decode()
    assert OutsideReview.objects.get().text == "Ten years of good work."


def test_the_link_works_for_thirty_days(page: ServicePage) -> None:
    otto = invite(page)
    given: dict[str, Any] = {"past_client": otto, "rating": 5, "text": "Good.", "name": "O."}
    with pytest.raises(actions.LinkUsed):
        actions.write_outside_review(**given, now=NOW + 30 * DAY)
    actions.write_outside_review(**given, now=NOW + 30 * DAY - timedelta(seconds=1))


@pytest.mark.parametrize("token", ["x", "0" * 32 + ":sig", "a" * 300])
def test_links_cannot_be_guessed(otto: PastClient, log_in: LogIn, token: str) -> None:
    for verb in ("", "stop/"):
        assert log_in(None).get(f"/past-client/{token}/{verb}").status_code == 404
        assert log_in(None).post(f"/past-client/{token}/{verb}").status_code == 404
    forged = review_path(otto).replace(otto.pk.hex, "0" * 32)
    assert log_in(None).get(forged).status_code == 404


def test_trying_many_links_is_too_fast(db: None, settings: Any, log_in: LogIn) -> None:
    settings.RATE_LIMITS = True
    statuses = [log_in(None).get(f"/past-client/{number}/").status_code for number in range(62)]
    assert (statuses[0], statuses[-1]) == (404, 429)


def test_one_reminder_after_a_week_and_an_end_after_a_month(page: ServicePage) -> None:
    otto = invite(page)
    assert actions.sweep_past_clients(now=NOW + 7 * DAY - timedelta(seconds=1)) == 0
    assert actions.sweep_past_clients(now=NOW + 7 * DAY) == 1
    assert actions.sweep_past_clients(now=NOW + 8 * DAY) == 0
    assert list(AccountMail.objects.order_by("pk").values_list("template", flat=True)) == [
        "past_client_invitation",
        "past_client_reminder",
    ]
    assert actions.sweep_past_clients(now=NOW + 30 * DAY) == 1
    otto.refresh_from_db()
    assert otto.status == "expired"


@pytest.mark.parametrize(("body", "stored"), [({"not_mine": "1"}, 0), ({}, 1), ({"List-Unsubscribe": "One-Click"}, 1)])
def test_saying_no_is_honoured(page: ServicePage, body: dict[str, str], stored: int) -> None:
    otto = invite(page)
    browser = Client(enforce_csrf_checks=True)
    assert "What is wrong?" in browser.get(stop_path(otto)).content.decode()
    assert PastClient.objects.get().status == "invited"
    for _twice in range(2):
        assert browser.post(stop_path(otto), body).status_code == 200
    assert PastClient.objects.get().status == "declined"
    assert NoMailWanted.objects.count() == stored
    assert actions.sweep_past_clients(now=NOW + 7 * DAY) == 0
    assert "This link is over" in browser.get(review_path(otto)).content.decode()


def test_no_more_mail_holds_for_every_provider(page: ServicePage, catalogue: Any) -> None:
    other = factories.make_page()
    otto, same = invite(page), invite(other, email="otto+work@outside.example")
    actions.decline_invitation(past_client=otto, wants_no_more=True, now=NOW)
    actions.sweep_past_clients(now=NOW + 7 * DAY)
    assert not AccountMail.objects.filter(template="past_client_reminder").exists()
    same.refresh_from_db()
    assert same.status == "invited"  # the link that this mail holds still works
    third = factories.make_page()
    with pytest.raises(MarketplaceError) as refused:
        invite(third)
    assert refused.value.fields is not None
    assert refused.value.fields["email"][0]["code"] == "wants_no_mail"
    assert "otto" not in NoMailWanted.objects.get().digest


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"email": "nobody"}, "email", "invalid"),
        ({"email": "PAUL+me@example.com"}, "email", "own_address"),
        ({"email": "otto+2@outside.example"}, "email", "already_invited"),
        ({"email": "clara@example.com"}, "email", "client_here"),
        ({"name": ""}, "name", "blank"),
        ({"name": "Buy at www.example.com"}, "name", "invalid_name"),
        ({"name": "http://example.com"}, "name", "invalid_name"),
        ({"name": "x" * 61}, "name", "max_length"),
        ({"consent": False}, "consent", "required"),
    ],
)
def test_refused_invitations(
    clara: Member, paul: Member, page: ServicePage, api: Api, changes: dict[str, Any], field: str, code: str
) -> None:
    factories.make_engagement(clara, page)
    invite(page)
    sent = AccountMail.objects.count()
    refused = api(paul).post(URL, OTTO | {"email": "new@outside.example"} | changes)
    assert refused.status_code == 400
    assert refused.json()["fields"][field][0]["code"] == code
    assert AccountMail.objects.count() == sent


def test_five_a_day_and_twenty_in_all(page: ServicePage) -> None:
    for number in range(20):
        if number % 5 == 0 and number:
            with pytest.raises(MarketplaceError) as today:
                invite(page, now=NOW + (number // 5 - 1) * DAY, email="more@outside.example")
            assert (today.value.code, today.value.status) == ("too_many_requests", 429)
        invite(page, now=NOW + (number // 5) * DAY, email=f"number{number}@outside.example")
    with pytest.raises(MarketplaceError) as full:
        invite(page, now=NOW + 300 * DAY, email="more@outside.example")
    assert full.value.code == "too_many_invitations"


def test_the_api_lists_and_replies(paul: Member, sam: Member, otto: PastClient, api: Api) -> None:
    row = api(paul).get(URL).json()["results"][0]
    assert (row["name"], row["status"], row["mail"], row["rating"]) == ("Otto Outside", "invited", "waiting", None)
    reply = f"{URL}{otto.pk}/reply/"
    assert api(paul).post(reply, {"text": "Thank you"}).status_code == 404
    actions.write_outside_review(past_client=otto, rating=4, text="Good.", name="O.", now=utc_now())
    assert api(sam).post(reply, {"text": "Thank you"}).status_code == 404
    assert api(paul).post(reply, {"text": "Thank you"}).json()["reply"] == "Thank you"
    assert api(paul).post(reply, {"text": "Thank you"}).status_code == 200
    assert api(paul).post(reply, {"text": "Other"}).json()["code"] == "already_replied"
    assert api(None).get(URL).status_code == 401
    assert api(sam).get(URL).json()["results"] == []
    assert api(sam).post(URL, OTTO).status_code == 404


def test_a_hidden_page_invites_nobody(page: ServicePage, paul: Member, api: Api) -> None:
    ServicePage.objects.filter(pk=page.pk).update(status=PageStatus.PAUSED)
    assert api(paul).post(URL, OTTO).json()["code"] == "illegal_state"


def test_the_providers_page(paul: Member, sam: Member, page: ServicePage, log_in: LogIn) -> None:
    browser = log_in(paul)
    assert "Nobody invited yet" in browser.get("/past-clients/").content.decode()
    wrong = browser.post("/past-clients/", {"name": "Otto", "email": "otto@outside.example"})
    assert wrong.status_code == 400
    assert "Confirm that this person was your client" in wrong.content.decode()
    browser.post("/past-clients/", {"name": "Otto", "email": "otto@outside.example", "consent": "on"})
    shown = browser.get("/past-clients/").content.decode()
    assert "otto@outside.example" in shown
    assert re.search(r"You can invite 19 more people", shown)
    otto = PastClient.objects.get()
    review = actions.write_outside_review(past_client=otto, rating=5, text="Good.", name="O.", now=utc_now())
    browser.post(f"/past-clients/reviews/{review.pk}/reply/", {"text": "Thank you!"})
    assert "Thank you!" in browser.get("/past-clients/").content.decode()
    assert log_in(sam).post(f"/past-clients/reviews/{review.pk}/reply/", {"text": "x"}).status_code == 404
    assert log_in(sam).get("/past-clients/")["Location"] == "/services/new/"
    assert log_in(None).get("/past-clients/").status_code == 302
