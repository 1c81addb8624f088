"""The pages of engagements, without JavaScript: the list, where one stands, the steps, reviews."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from engagements import actions
from engagements.models import Engagement, Review
from marketplace.clock import utc_now
from requests.models import Side
from services.models import ServicePage
from tests import factories

LogIn = Callable[[Member | None], Client]


@pytest.fixture
def deal(clara: Member, page: ServicePage) -> Engagement:
    """Clara's and Paul's, just agreed."""
    return factories.make_engagement(clara, page)


@pytest.fixture
def done(clara: Member, page: ServicePage) -> Engagement:
    """The same, completed."""
    return factories.make_engagement(clara, page, completed_at=utc_now())


def url(deal: Engagement, verb: str = "") -> str:
    """The engagement's page, or where one of its forms goes."""
    return f"/engagements/{deal.pk}/{verb}"


def text(answer: Any) -> str:
    """The page's HTML."""
    html: str = answer.content.decode()
    return html


def test_each_side_reads_where_it_stands(clara: Member, paul: Member, log_in: LogIn, deal: Engagement) -> None:
    client, provider = log_in(clara), log_in(paul)
    assert "You and Paul Provider have agreed" in text(client.get(url(deal)))
    assert "Payment happens outside this site" in text(client.get(url(deal)))
    assert "Next, you begin." in text(provider.get(url(deal)))
    assert f"/inbox/with/{deal.request_id}/{deal.page_id}/" in text(provider.get(url(deal)))
    assert provider.get(f"/inbox/with/{deal.request_id}/{deal.page_id}/", follow=True).status_code == 200
    provider.post(url(deal, "start/"))
    assert "Work is under way" in text(client.get(url(deal)))
    assert "To be delivered by" in text(client.get(url(deal)))
    provider.post(url(deal, "complete/"))
    assert "You marked the work completed" in text(provider.get(url(deal)))
    asked = text(client.get(url(deal)))
    assert "Paul Provider says that the work is completed" in asked
    assert "Yes, it is completed" in asked
    client.post(url(deal, "not-yet/"), {"words": "The vector files"})
    assert "The vector files" in text(provider.get(url(deal)))
    provider.post(url(deal, "complete/"))
    assert "How was it with Paul Provider?" in text(client.post(url(deal, "complete/"), follow=True))


def test_not_yet_needs_a_word_from_the_other_side_only(
    clara: Member, paul: Member, log_in: LogIn, deal: Engagement
) -> None:
    log_in(paul).post(url(deal, "complete/"))
    assert "This field is required." in text(log_in(clara).post(url(deal, "not-yet/"), follow=True))
    deal.refresh_from_db()
    assert deal.waits_for_confirmation
    log_in(paul).post(url(deal, "not-yet/"))
    deal.refresh_from_db()
    assert not deal.waits_for_confirmation


def test_reviews_on_the_page(clara: Member, paul: Member, log_in: LogIn, done: Engagement) -> None:
    client, provider = log_in(clara), log_in(paul)
    empty = client.post(url(done, "review/"), {"text": ""})
    assert empty.status_code == 400
    assert "Please have another look" in text(empty)
    client.post(url(done, "review/"), {"rating": "4", "text": "Careful work."})
    shown = text(client.get(url(done)))
    assert "Your review is kept" in shown
    assert "your review is written" in shown
    assert "Change your review" in shown
    assert (
        'value="4" id="id_rating_3" required checked' in shown or 'value="4" required id="id_rating_3" checked' in shown
    )
    assert "Careful work." not in text(provider.get(url(done)))
    both = text(provider.post(url(done, "review/"), {"rating": "5", "text": "A pleasure."}, follow=True))
    assert "Careful work." in both
    assert "Reply in public" in both
    hers = Review.objects.get(by=Side.CLIENT)
    replied = text(provider.post(url(done, f"reviews/{hers.pk}/reply/"), {"text": "Thank you!"}, follow=True))
    assert "Reply by Paul Provider" in replied
    assert client.post(url(done, f"reviews/{hers.pk}/reply/"), {"text": "x"}, follow=True).status_code == 200
    assert Review.objects.get(pk=hers.pk).reply == "Thank you!"


def test_cancelling_needs_a_reason(clara: Member, log_in: LogIn, deal: Engagement) -> None:
    browser = log_in(clara)
    assert "Work has not begun" in text(browser.get(url(deal)))
    browser.post(url(deal, "cancel/"), {"reason": "", "words": ""})
    deal.refresh_from_db()
    assert deal.status == "agreed"
    shown = text(browser.post(url(deal, "cancel/"), {"reason": "plans_changed", "words": "We move"}, follow=True))
    assert "You cancelled this" in shown
    assert "We move" in shown


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("sam", 404), ("ada", 200)])
def test_nobody_else_reads_or_acts(
    request: pytest.FixtureRequest, log_in: LogIn, deal: Engagement, who: str | None, status: int
) -> None:
    browser = log_in(request.getfixturevalue(who) if who else None)
    assert browser.get(url(deal)).status_code == status
    for verb in ("start/", "complete/", "not-yet/", "cancel/"):
        assert browser.get(url(deal, verb)).status_code in (302, 405)
        browser.post(url(deal, verb), {"reason": "other", "words": "x"})
    deal.refresh_from_db()
    assert deal.status == "agreed"


def test_the_list_by_side(
    clara: Member, paul: Member, page: ServicePage, log_in: LogIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        factories.make_engagement(clara, page, completed_at=utc_now() - timedelta(days=number))
    deal = factories.make_engagement(paul, factories.make_page())
    actions.start_work(actor=paul, engagement=deal, now=utc_now())
    browser = log_in(paul)
    assert text(browser.get("/engagements/")).count("card--link") == 1
    assert text(browser.get("/engagements/?side=provider")).count("card--link") == 3
    counted = []
    for number in (3, 12):
        while Engagement.objects.filter(provider=paul).count() < number:
            factories.make_engagement(clara, page)
        with django_assert_max_num_queries(12) as queries:
            browser.get("/engagements/?side=provider")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_list_when_it_is_empty(sam: Member, log_in: LogIn) -> None:
    assert "No engagements yet" in text(log_in(sam).get("/engagements/"))
    assert log_in(None).get("/engagements/").status_code == 302


def test_from_a_request_to_what_was_agreed(clara: Member, paul: Member, log_in: LogIn, deal: Engagement) -> None:
    for who in (clara, paul):
        assert log_in(who).get(f"/requests/{deal.request_id}/engagement/")["Location"] == url(deal)


def test_a_page_costs_a_fixed_number_of_queries(
    clara: Member, paul: Member, log_in: LogIn, done: Engagement, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        actions.write_review(actor=clara, engagement=done, rating=4, text="Good.", now=utc_now())
    browser = log_in(clara)
    with django_assert_max_num_queries(10):
        browser.get(url(done))
