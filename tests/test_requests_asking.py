"""Asking several providers at once, from results and from lists, without JavaScript and with it."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from marketplace.clock import utc_now
from requests.models import ServiceRequest
from services import actions
from services.models import Question, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
BOX = 'name="page" value="{}" form="ask"'


@pytest.fixture
def pages(page: ServicePage) -> list[ServicePage]:
    """Paul's page and six like it."""
    service = page.services.get()
    Question.objects.filter(group__services=service).delete()
    return [page, *(factories.make_page(title="Logos that stay", services=[service]) for _each in range(6))]


def ids(pages: list[ServicePage]) -> list[str]:
    """As they stand in addresses."""
    return [str(page.pk) for page in pages]


def draft(browser: Client) -> list[str]:
    """The pages that the browser's draft asks."""
    kept: list[str] = browser.session["new_request"]["pages"]
    return kept


class TestBoxes:
    def test_on_results_for_everybody(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        for member in (None, clara):
            shown = log_in(member).get("/services/?q=logos&service=logo-design").content.decode()
            for each in pages:
                assert BOX.format(each.pk) in shown
            assert 'id="ask"' in shown
            assert 'name="service" value="logo-design"' in shown

    def test_on_lists(self, log_in: LogIn, clara: Member, sam: Member, page: ServicePage) -> None:
        kept = actions.keep_page(actor=clara, page=page, now=utc_now())
        assert BOX.format(page.pk) in log_in(clara).get(f"/lists/{kept.list_id}/").content.decode()
        token = actions.share_list(actor=clara, page_list=kept.list).token
        assert BOX.format(page.pk) in log_in(sam).get(f"/lists/{token}/").content.decode()

    def test_not_for_oneself_nor_for_those_who_take_no_work(
        self, log_in: LogIn, paul: Member, pages: list[ServicePage]
    ) -> None:
        ServicePage.objects.filter(pk=pages[1].pk).update(taking_work=False)
        shown = log_in(paul).get("/services/?q=logos").content.decode()
        assert [BOX.format(each.pk) in shown for each in pages[:3]] == [False, False, True]


class TestAsking:
    def test_from_results_to_the_request(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        browser = log_in(clara)
        wanted = {"only": "true", "service": "logo-design", "q": "A new logo", "page": ids(pages[:5])}
        assert browser.get("/requests/new/", wanted)["Location"] == "/requests/new/details/"
        assert "A new logo" in browser.get("/requests/new/details/").content.decode()
        browser.post("/requests/new/details/", {"title": "A new logo", "details": "For our bakery.", "go": "next"})
        browser.post("/requests/new/budget/", {"budget_type": "help", "time_frame": "flexible", "go": "next"})
        assert browser.get("/requests/new/where/").content.decode().count('name="invited_pages"') == 5
        where = {"work_location": "remote", "languages": "en", "visibility": "invited"}
        browser.post("/requests/new/where/", where | {"invited_pages": ids(pages[:5]), "go": "next"})
        review = browser.get("/requests/new/review/")
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        made = ServiceRequest.objects.get()
        assert made.visibility == "invited"
        assert set(made.invited_pages.all()) == set(pages[:5])

    def test_a_sixth_is_refused_and_the_client_chooses(
        self, log_in: LogIn, clara: Member, pages: list[ServicePage]
    ) -> None:
        browser = log_in(clara)
        wanted = {"only": "true", "service": "logo-design", "q": "A new logo", "page": ids(pages[:6])}
        answer = browser.get("/requests/new/", wanted)
        shown = answer.content.decode()
        assert answer.status_code == 400
        assert "Ask at most 5 providers" in shown
        assert "You chose 6" in shown
        assert [shown.count(f'value="{each.pk}"') for each in pages] == [1] * 6 + [0]
        assert [f'value="{each.pk}" checked' in shown for each in pages] == [True] * 5 + [False] * 2
        assert 'name="service" value="logo-design"' in shown
        assert "new_request" not in browser.session
        browser.get("/requests/new/", wanted | {"page": ids(pages[1:6])})
        assert draft(browser) == ids(pages[1:6])

    def test_one_more_beside_those_chosen_before(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        browser = log_in(clara)
        browser.get("/requests/new/", {"page": ids(pages[:4])})
        browser.get("/requests/new/", {"page": pages[4].slug})
        browser.get("/requests/new/", {"page": pages[4].pk.hex.upper()})
        assert draft(browser) == ids(pages[:5])
        assert browser.get("/requests/new/", {"page": pages[5].slug}).status_code == 400
        assert draft(browser) == ids(pages[:5])
        browser.get("/requests/new/", {"page": ids(pages[5:])})
        assert draft(browser) == ids(pages[5:])
        browser.get("/requests/new/", {"page": ids(pages[:1]), "only": "true"})
        assert draft(browser) == ids(pages[:1])

    @pytest.mark.parametrize("given", [["", "x\0", "018f0000-0000-7000-8000-000000000000"], ["x"] * 5000])
    def test_what_is_no_page_asks_nobody(
        self, log_in: LogIn, clara: Member, pages: list[ServicePage], given: list[str]
    ) -> None:
        browser = log_in(clara)
        browser.get("/requests/new/", {"page": ids(pages[:2])})
        browser.get("/requests/new/", {"page": given})
        assert draft(browser) == ids(pages[:2])

    def test_not_published(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        actions.pause_page(actor=pages[0].member, page=pages[0], now=utc_now())
        browser = log_in(clara)
        browser.get("/requests/new/", {"page": ids(pages[:2])})
        assert draft(browser) == ids(pages[1:2])


class TestAskedAndDescribed:
    """Who asks certain providers asks nobody else, whatever a sentence has filled in."""

    SENTENCE = "logo for a bakery in Berlin under 500 euros"

    def finish(self, browser: Client) -> ServiceRequest:
        """Looks at the steps as they were filled in, and posts."""
        for step in ("details", "budget", "where"):
            shown = browser.get(f"/requests/new/{step}/").context["form"]
            sent = {name: value for name, value in shown.data.lists() if name != "csrfmiddlewaretoken"}
            assert browser.post(f"/requests/new/{step}/", sent | {"go": "next"}).status_code == 302
        review = browser.get("/requests/new/review/")
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        return ServiceRequest.objects.get()

    def test_described_and_then_asked(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        browser = log_in(clara)
        browser.post("/requests/new/describe/", {"sentence": self.SENTENCE})
        browser.get("/requests/new/", {"only": "true", "service": "logo-design", "page": ids(pages[:3])})
        shown = browser.get("/requests/new/where/").content.decode()
        assert [f'value="{each.pk}" checked' in shown for each in pages[:4]] == [True] * 3 + [False]
        made = self.finish(browser)
        assert made.visibility == "invited"
        assert set(made.invited_pages.all()) == set(pages[:3])
        assert (made.city, made.budget_max) == ("Berlin", 50_000)

    def test_asked_and_then_described(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        browser = log_in(clara)
        browser.get("/requests/new/", {"only": "true", "page": ids(pages[:2])})
        browser.post("/requests/new/describe/", {"sentence": self.SENTENCE})
        made = self.finish(browser)
        assert (made.visibility, set(made.invited_pages.all())) == ("invited", set(pages[:2]))

    def test_described_alone_asks_those_who_fit(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        browser = log_in(clara)
        browser.post("/requests/new/describe/", {"sentence": self.SENTENCE})
        made = self.finish(browser)
        assert (made.visibility, made.invited_pages.count()) == ("matched", 0)


class TestUnticked:
    """A provider who was unticked in the guide is not asked, wherever the client goes from there."""

    WHERE: ClassVar = {"work_location": "remote", "languages": "en", "visibility": "invited"}

    @pytest.fixture
    def browser(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> Client:
        """Clara's, who asks three."""
        browser = log_in(clara)
        browser.get("/requests/new/", {"only": "true", "service": "logo-design", "page": ids(pages[:3])})
        browser.post("/requests/new/details/", {"title": "A new logo", "details": "For our bakery.", "go": "next"})
        browser.post("/requests/new/budget/", {"budget_type": "help", "time_frame": "flexible", "go": "next"})
        return browser

    def ticked(self, answer: Any, pages: list[ServicePage]) -> list[bool]:
        text = answer.content.decode()
        assert text.count('name="invited_pages"') == 3
        return [f'value="{each.pk}" checked' in text for each in pages[:3]]

    def test_stays_so_beside_an_error_and_when_one_comes_back(self, browser: Client, pages: list[ServicePage]) -> None:
        assert self.ticked(browser.get("/requests/new/where/"), pages) == [True] * 3
        kept = {**self.WHERE, "invited_pages": ids([pages[0], pages[2]])}
        wrong = browser.post("/requests/new/where/", kept | {"place": "Nowhereville", "go": "next"})
        assert wrong.status_code == 400
        assert self.ticked(wrong, pages) == [True, False, True]
        browser.post("/requests/new/where/", kept | {"go": "next"})
        assert self.ticked(browser.get("/requests/new/where/"), pages) == [True, False, True]
        review = browser.get("/requests/new/review/")
        assert review.context["invited"] == [pages[0], pages[2]]
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        assert set(ServiceRequest.objects.get().invited_pages.all()) == {pages[0], pages[2]}

    def test_makes_room_for_another(self, browser: Client, pages: list[ServicePage]) -> None:
        browser.post("/requests/new/where/", {**self.WHERE, "invited_pages": ids(pages[1:3]), "go": "next"})
        browser.get("/requests/new/", {"page": pages[4].slug})
        assert draft(browser) == ids([pages[1], pages[2], pages[4]])
        browser.get("/requests/new/", {"only": "true", "page": ids(pages[:3])})
        assert self.ticked(browser.get("/requests/new/where/"), pages) == [True] * 3

    def test_nobody_left_is_refused(self, browser: Client, pages: list[ServicePage]) -> None:
        browser.post("/requests/new/where/", {**self.WHERE, "go": "next"})
        assert self.ticked(browser.get("/requests/new/where/"), pages) == [False] * 3
        review = browser.get("/requests/new/review/")
        refused = browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        assert refused.status_code == 400
        assert "Choose whom you ask." in refused.content.decode()
        assert not ServiceRequest.objects.exists()


class TestTicks:
    """They stay while one looks further, changes filters, or goes back."""

    @pytest.fixture
    def many(self, pages: list[ServicePage]) -> list[ServicePage]:
        service = pages[0].services.get()
        return [*pages, *(factories.make_page(title="Logos that stay", services=[service]) for _each in range(20))]

    def test_go_along_to_more_results_and_back(self, log_in: LogIn, clara: Member, many: list[ServicePage]) -> None:
        browser = log_in(clara)
        first = browser.get("/services/?q=logos&service=logo-design")
        shown = [str(result.card.id) for result in first.context["results"]]
        assert 'name="cursor" value="' in first.content.decode()
        search = {"q": "logos", "service": "logo-design"}
        assert sorted(first.context["kept_by_ask"]) == sorted(search.items())
        more = {**search, "page": [shown[0], shown[2]], "cursor": first.context["found"].cursor}
        second = browser.get("/services/", more)
        here = [str(result.card.id) for result in second.context["results"]]
        assert not set(here) & set(shown)
        text = second.content.decode()
        assert "Ticked on other pages" in text
        assert [text.count(f"{BOX.format(each)} checked") for each in shown[:4]] == [1, 0, 1, 0]
        assert text.count(f"{BOX.format(here[0])} checked") == 0
        back = browser.get("/services/", {**search, "page": [shown[0], here[0]]}).content.decode()
        assert [back.count(f"{BOX.format(each)} checked") for each in (shown[0], shown[2], here[0])] == [1, 0, 1]

    def test_go_along_with_filters_and_words(self, log_in: LogIn, clara: Member, pages: list[ServicePage]) -> None:
        one = str(pages[0].pk)
        answer = log_in(clara).get("/services/", {"q": "logos", "page": one})
        choices = [choice for facet in answer.context["facets"] for part in facet.parts for choice in part.choices]
        assert choices
        assert all(f"page={one}" in choice.url for choice in choices)
        assert all(f"page={one}" in order["url"] for order in answer.context["orders"])
        for kept in ("kept_by_search", "kept_by_filters"):
            assert ("page", one) in answer.context[kept]

    def test_of_pages_that_are_gone_and_of_nonsense_are_left_out(
        self, log_in: LogIn, clara: Member, pages: list[ServicePage]
    ) -> None:
        actions.pause_page(actor=pages[0].member, page=pages[0], now=utc_now())
        answer = log_in(clara).get("/services/", {"q": "zebra", "page": [str(pages[0].pk), "x", "", "1"]})
        assert answer.status_code == 200
        assert answer.context["ticked_elsewhere"] == []

    def test_cost_one_query_where_some_are_elsewhere(
        self, log_in: LogIn, many: list[ServicePage], django_assert_num_queries: Callable[..., Any]
    ) -> None:
        browser = log_in(None)
        first = browser.get("/services/?q=logos")
        cursor, ids_ = first.context["found"].cursor, [str(each.card.id) for each in first.context["results"]]
        browser.get("/services/", {"q": "logos", "cursor": cursor})
        with CaptureQueriesContext(connection) as without:
            browser.get("/services/", {"q": "logos", "cursor": cursor})
        with django_assert_num_queries(len(without) + 1):
            browser.get("/services/", {"q": "logos", "cursor": cursor, "page": ids_[:5]})
