"""The admin as a whole: lists open for staff alone, cost a fixed number of queries, and destroy nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Member
from engagements.models import Engagement
from requests.matching import run
from requests.models import Match, Proposal, ProposalStatus, RequestStatus
from services.models import Service, ServicePage
from sitesettings.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
LISTS = sorted(
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model in admin.site._registry
    if model is not SiteSettings
)
BUSY = ("requests/servicerequest", "requests/match", "requests/proposal", "engagements/engagement", "accounts/member")
MOST_QUERIES = 14


@pytest.fixture
def browser(ada: Member, log_in: LogIn) -> Client:
    """Ada's browser."""
    return log_in(ada)


@pytest.fixture
def told(clara: Member, page: ServicePage, service: Service) -> Match:
    """A request of Clara's that was matched and proposed for."""
    now = timezone.now()
    values: dict[str, Any] = {"service": service, "status": RequestStatus.OPEN, "expires_at": now + timedelta(days=9)}
    posted = factories.make_request(
        clara, title="A sign for the shop", first_published_at=now, published_at=now, **values
    )
    run.match(posted.pk, now=now)
    factories.make_proposal(posted, page)
    return Match.objects.get(request=posted)


def count(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", LISTS)
def test_every_list_opens_and_is_searched_in_few_queries(address: str, browser: Client, told: Match) -> None:
    assert count(browser, f"{address}?q=a") <= MOST_QUERIES


@pytest.mark.parametrize("address", LISTS)
def test_every_list_is_for_staff(address: str, log_in: LogIn, sam: Member) -> None:
    assert log_in(None).get(address).status_code == 302
    assert log_in(sam).get(address, follow=True).status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_no_list_destroys_what_is_ticked(address: str, browser: Client) -> None:
    assert "delete_selected" not in browser.get(address).content.decode()


@pytest.mark.parametrize("path", BUSY)
def test_lists_cost_the_same_however_long(path: str, browser: Client, told: Match, service: Service) -> None:
    browser.get("/admin/")  # what is only done once a while is done
    before = count(browser, f"/admin/{path}/")
    for _n in range(4):
        page = factories.make_page(services=[service], indexed=False)
        posted = factories.make_request(factories.make_member(), service=service, status=RequestStatus.OPEN)
        Match.objects.create(request=posted, page=page, rank=1, score=0.5)
        factories.make_proposal(posted, page)
        factories.make_engagement(page=page)
    assert count(browser, f"/admin/{path}/") == before


class TestRequests:
    def test_a_request_shows_whom_it_reached_and_why(self, browser: Client, told: Match) -> None:
        text = browser.get(f"/admin/requests/servicerequest/{told.request_id}/change/").content.decode()
        assert told.page.title in text
        assert "Offers exactly the service that is asked for" in text
        assert f'href="/requests/{told.request_id}/"' in text
        assert 'name="_save"' not in text

    def test_a_match_shows_what_its_score_is_made_of(self, browser: Client, told: Match) -> None:
        text = browser.get(f"/admin/requests/match/{told.pk}/change/").content.decode()
        assert f"{told.score:.3f}" in text
        assert "responsiveness" in text
        assert "Ranking: weights-1" in text
        assert "0.26" in text

    def test_a_match_of_a_learned_ranking_shows_what_that_made_of_it(self, browser: Client, told: Match) -> None:
        names = [name for name in told.features if name != "version"]
        gains = dict.fromkeys(names, 0.0) | {"turn": -0.321, "price": 0.123}
        Match.objects.filter(pk=told.pk).update(features=told.features | {"version": "learned-a", "gains": gains})
        text = browser.get(f"/admin/requests/match/{told.pk}/change/").content.decode()
        assert "Ranking: learned-a" in text
        rows = re.findall(r"<tr><th scope='row'>(\w+)</th><td>[0-9.]+</td><td>(.*?)</td><td>(.*?)</td></tr>", text)
        assert rows[:2] == [("turn", "–", "-0.321"), ("price", "–", "+0.123")]
        assert {name for name, *_rest in rows} == set(names)

    def test_drafts_and_private_notes_stay_with_their_writers(self, browser: Client, told: Match) -> None:
        proposal = Proposal.objects.get(request=told.request)
        Proposal.objects.filter(pk=proposal.pk).update(client_note="Rather her cousin.")
        address = f"/admin/requests/proposal/{proposal.pk}/change/"
        assert "Rather her cousin." not in browser.get(address).content.decode()
        Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.DRAFT)
        assert browser.get(address).status_code == 302

    def test_nobody_changes_what_others_agreed(self, browser: Client) -> None:
        engagement = factories.make_engagement()
        address = f"/admin/engagements/engagement/{engagement.pk}/change/"
        assert browser.post(address, {"amount": 1}).status_code == 403
        assert Engagement.objects.get(pk=engagement.pk).amount == engagement.amount


class TestStart:
    def test_it_says_what_needs_a_look(self, browser: Client, told: Match) -> None:
        text = browser.get("/admin/").content.decode()
        assert "Reports to look at" in text
        assert "Requests posted in 24 hours" in text
        assert 'href="/admin/notifications/delivery/?state=failed"' in text

    def test_numbers_are_for_those_who_may_open_their_pages(self, log_in: LogIn, sam: Member) -> None:
        Member.objects.filter(pk=sam.pk).update(is_staff=True)
        assert "Reports to look at" not in log_in(Member.objects.get(pk=sam.pk)).get("/admin/").content.decode()
