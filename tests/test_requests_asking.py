"""Asking several providers at once, from results and from lists, without JavaScript and with it."""

from collections.abc import Callable

import pytest
from django.test import Client

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
