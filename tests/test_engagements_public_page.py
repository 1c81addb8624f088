"""Reviews, jobs done and response time on a provider's public page."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from engagements import response_times
from engagements.models import Review
from engagements.presentation.page_reviews import PER_PAGE
from messaging.actions.sending import Draft, begin_conversation
from requests.models import Match, Proposal, ServiceRequest
from services.models import ServicePage
from services.presentation.numbers import span_words
from tests import factories

LogIn = Callable[[Member | None], Client]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def html(browser: Client, page: ServicePage, query: str = "") -> str:
    """The public page."""
    return browser.get(f"/services/{page.slug}/{query}").content.decode()


def structured(shown: str) -> dict[str, Any]:
    """Its JSON-LD."""
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', shown, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_reviews_stand_on_the_page(clara: Member, page: ServicePage, log_in: LogIn) -> None:
    factories.make_review(page, 5, client=clara, published_at=NOW, reply="Any time again.", replied_at=NOW)
    factories.make_review(page, 2, published_at=NOW + DAY, text="Late <b>and</b> dear.")
    shown = html(log_in(None), page)
    for words in ("Quick, careful and friendly.", "Clara Client", "November 2026", "Any time again.", "Logo design"):
        assert words in shown
    assert "Late &lt;b&gt;and&lt;/b&gt; dear." in shown
    listed = shown[shown.index('id="review-list"') :]
    assert listed.index("Late &lt;b&gt;") < listed.index("Quick, careful")
    assert shown.count('<meter class="meter"') == 5
    data = structured(shown)
    assert data["aggregateRating"]["reviewCount"] == 2
    assert [each["reviewRating"]["ratingValue"] for each in data["review"]] == [2, 5]
    assert data["review"][1]["author"]["name"] == "Clara Client"


def test_hidden_reviews_do_not(page: ServicePage, log_in: LogIn) -> None:
    factories.make_review(page, 5, published_at=NOW)
    hidden = factories.make_review(page, 1, published_at=NOW, text="Terrible.")
    Review.objects.filter(pk=hidden.pk).update(published_at=None)
    assert "Terrible." not in html(log_in(None), page)


def test_more_reviews_by_cursor_each_once(page: ServicePage, log_in: LogIn) -> None:
    for number in range(PER_PAGE * 2 + 1):
        factories.make_review(page, 4, published_at=NOW + number // 3 * DAY, text=f"Review {number}.")
    seen: list[str] = []
    query = ""
    while True:
        shown = html(log_in(None), page, query)
        seen += re.findall(r"Review \d+\.", re.sub(r"<script.*?</script>", "", shown, flags=re.S))
        more = re.search(r'href="(\?reviews=[^"#]+)#reviews"', shown)
        if more is None:
            break
        query = more[1]
    assert len(seen) == len(set(seen)) == PER_PAGE * 2 + 1
    assert "Review 12." in html(log_in(None), page, "?reviews=nonsense")


def test_queries_do_not_grow(page: ServicePage, log_in: LogIn, django_assert_num_queries: Any) -> None:
    browser = log_in(None)
    html(browser, page)
    with django_assert_num_queries(1):
        html(browser, page)
    for number in (1, 5):
        for _ in range(number):
            factories.make_review(page, 4)
        with django_assert_num_queries(3):
            html(browser, page)


def test_jobs_done_and_response_time(page: ServicePage, log_in: LogIn) -> None:
    assert "Jobs done here" not in html(log_in(None), page)
    ServicePage.objects.filter(pk=page.pk).update(jobs_done=12, response_seconds=2 * 3600)
    shown = html(log_in(None), page)
    assert re.search(r"Jobs done here</dt><dd[^>]*>12<", shown)
    assert "within 2 hours" in shown
    assert "half of the requests answered in the last 90 days" in shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "within an hour"),
        (3600, "within an hour"),
        (3601, "within 2 hours"),
        (86_400, "within 24 hours"),
        (86_401, "within 2 days"),
    ],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert span_words(timedelta(seconds=seconds)) == words


def said(sender: Member, request: ServiceRequest, page: ServicePage, body: str, at: datetime) -> None:
    """A message in the conversation about the request."""
    draft = Draft(body, f"{sender.pk} {at}")
    begin_conversation(actor=sender, request=request, page=page, draft=draft, now=at)


def lead(
    page: ServicePage, told: datetime, *, proposed: timedelta | None = None, declined: timedelta | None = None
) -> None:
    """A request that the page was told of, and how long after that it answered."""
    request = factories.make_request(status="open")
    Match.objects.create(
        request=request,
        page=page,
        rank=1,
        score=0.5,
        created_at=told,
        notified_at=told,
        declined_at=told + declined if declined else None,
    )
    if proposed is not None:
        proposal = factories.make_proposal(request, page)
        Proposal.objects.filter(pk=proposal.pk).update(submitted_at=told + proposed)


def test_the_median_of_what_was_answered(page: ServicePage) -> None:
    other = factories.make_page()
    lead(page, NOW - 80 * DAY, proposed=HOUR)
    lead(page, NOW - 10 * DAY, declined=5 * HOUR)
    lead(page, NOW - 10 * DAY)
    lead(page, NOW - 91 * DAY, proposed=timedelta(seconds=1))
    lead(other, NOW - 10 * DAY, proposed=HOUR)
    response_times.measure_batch(None, now=NOW)
    page.refresh_from_db()
    assert page.response_seconds is None  # two cases are too few
    lead(page, NOW - 5 * DAY, proposed=2 * HOUR)
    response_times.measure_batch(None, now=NOW)
    measured = dict(ServicePage.objects.values_list("pk", "response_seconds"))
    assert measured == {page.pk: 2 * 3600, other.pk: None}
    response_times.measure_batch(None, now=NOW + 200 * DAY)
    page.refresh_from_db()
    assert page.response_seconds is None


def test_a_message_to_the_client_is_an_answer(page: ServicePage, paul: Member) -> None:
    told = NOW - 5 * DAY
    for proposed in (None, 10 * HOUR, timedelta(minutes=30)):
        lead(page, told, proposed=proposed)
    for request in ServiceRequest.objects.all():
        said(paul, request, page, "Which wall is it?", told + HOUR)
        said(paul, request, page, "And how high?", told + 2 * HOUR)
    response_times.measure_batch(None, now=NOW)
    page.refresh_from_db()
    assert page.response_seconds == 3600
    found = response_times.response_times([page.pk], now=NOW)[page.pk]
    assert (found.seconds, found.cases) == (3600, 3)


def test_what_the_client_writes_and_what_was_said_before_are_no_answers(page: ServicePage, paul: Member) -> None:
    told = NOW - 5 * DAY
    for at, sender in ((told - HOUR, "provider"), (told + HOUR, "client"), (told + 3 * HOUR, "provider")):
        lead(page, told)
        request = ServiceRequest.objects.latest("created_at")
        said(request.client, request, page, "Hello?", told - 2 * HOUR)
        said(paul if sender == "provider" else request.client, request, page, "Hello", at)
    found = response_times.response_times([page.pk], now=NOW)[page.pk]
    assert (found.seconds, found.cases) == (3 * 3600, 1)


def test_batches_walk_all_pages(monkeypatch: pytest.MonkeyPatch, page: ServicePage) -> None:
    monkeypatch.setattr(response_times, "BATCH", 2)
    others = [factories.make_page() for _ in range(2)]
    last = response_times.measure_batch(None, now=NOW)
    assert last == sorted([page.pk, *(each.pk for each in others)])[1]
    assert response_times.measure_batch(last, now=NOW) is None
