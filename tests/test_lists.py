"""Lists of pages on the site, without JavaScript: keeping, sorting, sharing, asking."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from marketplace.clock import utc_now
from services import actions
from services.actions import lists as rules
from services.models import ListedPage, PageList, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def kept(clara: Member, page: ServicePage) -> ListedPage:
    """Paul's page on Clara's favourites, with a note."""
    return actions.keep_page(actor=clara, page=page, note="Ask about posters", now=utc_now())


def at(page_list: PageList, rest: str = "") -> str:
    """Address of a list, or of something below it."""
    return f"/lists/{page_list.pk}/{rest}"


class TestKeeping:
    def test_the_heart_on_results_and_page(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        browser = log_in(clara)
        for address in ("/services/?q=logos", f"/services/{page.slug}/"):
            shown = browser.get(address).content.decode()
            assert f'name="page" value="{page.pk}"' in shown
            assert 'aria-pressed="false"' in shown
        answer = browser.post("/lists/keep/", {"page": page.pk, "keep": "true", "next": "/services/?q=logos"})
        assert answer["Location"] == "/services/?q=logos"
        assert PageList.objects.get().name == "Favourites"
        for address in ("/services/?q=logos", f"/services/{page.slug}/"):
            assert 'aria-pressed="true"' in browser.get(address).content.decode()
        browser.post("/lists/keep/", {"page": page.pk, "keep": "true"})
        assert ListedPage.objects.count() == 1
        answer = browser.post("/lists/keep/", {"page": page.pk, "keep": "false", "next": "https://evil.example/"})
        assert answer["Location"] == f"/services/{page.slug}/"
        assert not ListedPage.objects.exists()

    def test_as_the_script_asks(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        browser = log_in(clara)
        headers = {"Accept": "application/json"}
        assert browser.post("/lists/keep/", {"page": page.pk}, headers=headers).status_code == 204
        full = PageList.objects.get()
        other = factories.make_page()
        filler = [ListedPage(list=full, page=factories.make_page(indexed=False)) for _each in range(2)]
        ListedPage.objects.bulk_create(filler)
        limit, rules.MOST_PAGES = rules.MOST_PAGES, 3  # type: ignore[misc]
        try:
            answer = browser.post("/lists/keep/", {"page": other.pk}, headers=headers)
        finally:
            rules.MOST_PAGES = limit  # type: ignore[misc]
        assert (answer.status_code, answer.json()["code"]) == (409, "list_full")

    def test_logged_out_one_is_led_back(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        browser = log_in(None)
        assert f"/lists/keep/?page={page.pk}" in browser.get("/services/?q=logos").content.decode()
        for answer in (
            browser.get("/lists/keep/", {"page": str(page.pk)}),
            browser.post("/lists/keep/", {"page": page.pk, "keep": "true"}),
        ):
            there = urlsplit(answer["Location"])
            assert there.path == "/accounts/login/"
            back = parse_qs(there.query)["next"][0]
        assert not ListedPage.objects.exists()
        browser.force_login(clara, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert page.title in browser.get(back).content.decode()
        browser.post(back, {"page": page.pk, "keep": "true", "list": ""})
        assert ListedPage.objects.get().list.member == clara

    def test_on_a_chosen_list(self, log_in: LogIn, clara: Member, sam: Member, page: ServicePage) -> None:
        mine = actions.create_list(actor=clara, name="Spring", now=utc_now())
        theirs = actions.create_list(actor=sam, name="Secret", now=utc_now())
        browser = log_in(clara)
        shown = browser.get("/lists/keep/", {"page": str(page.pk)}).content.decode()
        assert "Spring" in shown
        assert "Secret" not in shown
        browser.post("/lists/keep/", {"page": page.pk, "list": mine.pk})
        assert ListedPage.objects.get().list == mine
        for wrong in (theirs.pk, "x"):
            assert browser.post("/lists/keep/", {"page": page.pk, "list": wrong}).status_code == 404

    @pytest.mark.parametrize("given", ["", "x", "018f0000-0000-7000-8000-000000000000"])
    def test_no_such_page(self, log_in: LogIn, clara: Member, given: str) -> None:
        assert log_in(clara).post("/lists/keep/", {"page": given}).status_code == 404

    def test_what_others_do_not_see_cannot_be_kept(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        actions.pause_page(actor=page.member, page=page, now=utc_now())
        assert log_in(clara).post("/lists/keep/", {"page": page.pk}).status_code == 404

    def test_cost(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        """A reader without log-in pays nothing for hearts, a member one question."""
        for _each in range(5):
            factories.make_page(title="More logos")
        for member, most in ((None, 0), (clara, 1)):
            browser = log_in(member)
            for address in ("/services/?q=logos", f"/services/{page.slug}/"):
                browser.get(address)
                with CaptureQueriesContext(connection) as queries:
                    browser.get(address)
                assert len([each for each in queries if "listedpage" in each["sql"]]) == most


class TestLists:
    def test_made_renamed_deleted(self, log_in: LogIn, clara: Member) -> None:
        browser = log_in(clara)
        browser.post("/lists/", {"name": "Spring"})
        made = PageList.objects.get()
        assert "already" in browser.post("/lists/", {"name": "Spring"}, follow=True).content.decode()
        assert "Give it a name" in browser.post("/lists/", {"name": " "}, follow=True).content.decode()
        assert "80" in browser.post("/lists/", {"name": "a" * 81}, follow=True).content.decode()
        browser.post(at(made, "rename/"), {"name": "Summer"})
        assert "Summer" in browser.get("/lists/").content.decode()
        browser.post(at(made, "delete/"))
        assert not PageList.objects.exists()

    def test_not_too_many(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        PageList.objects.bulk_create(PageList(member=clara, name=str(each)) for each in range(rules.MOST_LISTS))
        browser = log_in(clara)
        assert "very many lists" in browser.post("/lists/", {"name": "One more"}, follow=True).content.decode()
        assert "very many lists" in browser.post("/lists/keep/", {"page": page.pk}, follow=True).content.decode()

    def test_notes_moves_removals(self, log_in: LogIn, clara: Member, kept: ListedPage) -> None:
        browser, below = log_in(clara), f"pages/{kept.page_id}/"
        other = actions.create_list(actor=clara, name="Spring", now=utc_now())
        assert "Ask about posters" in browser.get(at(kept.list)).content.decode()
        browser.post(at(kept.list, below), {"do": "note", "note": "<b>Cheap</b>"})
        assert "&lt;b&gt;Cheap" in browser.get(at(kept.list)).content.decode()
        assert "500" in browser.post(at(kept.list, below), {"note": "a" * 501}, follow=True).content.decode()
        browser.post(at(kept.list, below), {"do": "move", "to": other.pk})
        assert [(each.list, each.note) for each in ListedPage.objects.all()] == [(other, "<b>Cheap</b>")]
        browser.post(at(other, below), {"do": "move", "to": other.pk})
        assert ListedPage.objects.count() == 1
        browser.post(at(other, below), {"do": "remove"})
        assert not ListedPage.objects.exists()
        assert browser.post(at(other, below), {"do": "remove"}).status_code == 404

    def test_a_paused_page_stays_greyed(self, log_in: LogIn, clara: Member, kept: ListedPage) -> None:
        actions.pause_page(actor=kept.page.member, page=kept.page, now=utc_now())
        shown = log_in(clara).get(at(kept.list)).content.decode()
        assert "Not published at present" in shown
        assert "Ask about posters" in shown
        assert 'type="checkbox" name="page"' not in shown

    def test_of_nobody_else(self, log_in: LogIn, sam: Member, ada: Member, kept: ListedPage) -> None:
        posts = ["rename/", "delete/", "share/", "unshare/", f"pages/{kept.page_id}/"]
        for stranger in (sam, ada):
            browser = log_in(stranger)
            assert browser.get(at(kept.list)).status_code == 404
            assert [browser.post(at(kept.list, each)).status_code for each in posts] == [404] * 5
        nobody = log_in(None)
        for each in posts:
            assert nobody.post(at(kept.list, each))["Location"].startswith("/accounts/login/")
            assert log_in(kept.list.member).get(at(kept.list, each)).status_code == 405
        assert nobody.get("/lists/")["Location"].startswith("/accounts/login/")
        assert ListedPage.objects.count() == 1

    def test_queries_do_not_grow(self, log_in: LogIn, clara: Member, kept: ListedPage) -> None:
        actions.share_list(actor=clara, page_list=kept.list)
        kept.list.refresh_from_db()
        browser, counts = log_in(clara), []
        addresses = ["/lists/", at(kept.list), f"/lists/{kept.list.token}/"]
        for _round in range(2):
            for address in addresses:
                browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                for address in addresses:
                    assert browser.get(address).status_code == 200
            counts.append(len(queries))
            for number in range(5):
                actions.keep_page(actor=clara, page=factories.make_page(), page_list=kept.list, now=utc_now())
                actions.create_list(actor=clara, name=f"{_round} {number}", now=utc_now())
        assert counts[0] == counts[1]


class TestSharing:
    def test_by_its_link_alone(
        self, log_in: LogIn, clara: Member, sam: Member, kept: ListedPage, page: ServicePage
    ) -> None:
        owner = log_in(clara)
        owner.post(at(kept.list, "share/"))
        first = PageList.objects.get().token
        assert f"/lists/{first}/" in owner.get(at(kept.list)).content.decode()
        for member in (None, sam):
            answer = log_in(member).get(f"/lists/{first}/")
            shown = answer.content.decode()
            assert page.title in shown
            assert "Clara Client" in shown
            assert "Ask about posters" not in shown
            assert "clara@example.com" not in shown
            assert answer["X-Robots-Tag"] == "noindex"
            assert 'content="noindex"' in shown
        owner.post(at(kept.list, "share/"))
        second = PageList.objects.get().token
        assert second not in (None, first)
        assert log_in(None).get(f"/lists/{first}/").status_code == 404
        actions.pause_page(actor=page.member, page=page, now=utc_now())
        assert page.title not in log_in(None).get(f"/lists/{second}/").content.decode()
        owner.post(at(kept.list, "unshare/"))
        assert log_in(None).get(f"/lists/{second}/").status_code == 404

    def test_not_of_closed_accounts(self, log_in: LogIn, clara: Member, kept: ListedPage) -> None:
        token = actions.share_list(actor=clara, page_list=kept.list).token
        Member.objects.filter(pk=clara.pk).update(is_active=False)
        assert log_in(None).get(f"/lists/{token}/").status_code == 404
