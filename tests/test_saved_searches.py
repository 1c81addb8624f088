"""Saving searches and what becomes of them: on the pages, without JavaScript."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from marketplace.clock import utc_now
from services.actions import save_search
from services.actions.saved_searches import MOST
from services.models import Alert, SavedSearch, Service, ServiceGroup
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def saved(clara: Member) -> Callable[..., SavedSearch]:
    """Saves a search of Clara's."""

    def save(address: str = "q=logos", **changes: Any) -> SavedSearch:
        values: dict[str, Any] = {"actor": clara, "kind": "pages", "now": utc_now()} | changes
        return save_search(given=QueryDict(address), **values)

    return save


def form(**changes: str) -> dict[str, str]:
    """What the form on the page of results sends."""
    return {"kind": "pages", "address": "q=logos&cursor=xyz&utm=1", "name": "", "alert": "daily"} | changes


class TestSaving:
    def test_from_the_results(self, log_in: LogIn, clara: Member) -> None:
        browser = log_in(clara)
        shown = browser.get("/services/?q=logos&country=AT").content.decode()
        assert 'name="address" value="q=logos&amp;country=AT"' in shown
        assert 'value="logos, Austria"' in shown
        answer = browser.post("/saved/new/", form(name=" Logo  people "))
        assert answer["Location"].startswith("/services/?q=logos")
        search = SavedSearch.objects.get()
        assert (search.member, search.kind, search.address) == (clara, "pages", "q=logos")
        assert (search.alert, search.due_at is not None) == (Alert.DAILY, True)
        assert search.name.split() == ["Logo", "people"]

    def test_logged_out_one_comes_back_with_everything(self, log_in: LogIn, clara: Member) -> None:
        browser = log_in(None)
        shown = browser.get("/services/?q=logos&country=AT").content.decode()
        assert "/saved/new/?kind=pages&amp;address=q%3Dlogos%26country%3DAT" in shown
        for answer in (browser.post("/saved/new/", form(name="Mine")), browser.get("/saved/new/", form(name="Mine"))):
            there = urlsplit(answer["Location"])
            assert there.path == "/accounts/login/"
            back = parse_qs(there.query)["next"][0]
        browser.force_login(clara, backend="allauth.account.auth_backends.AuthenticationBackend")
        filled = browser.get(back).content.decode()
        assert 'value="Mine"' in filled
        assert 'value="q=logos&amp;cursor=xyz&amp;utm=1"' in filled
        assert '<option value="daily" selected' in filled

    def test_no_button_where_there_is_nothing_to_save(self, client: Client) -> None:
        assert "Save search" not in client.get("/services/").content.decode()
        assert "Save search" not in client.get("/services/?min_rating=9").content.decode()

    @pytest.mark.parametrize(
        ("address", "canonical", "name"),
        [
            ("q=+logos+&sort=relevance", "q=logos", "“logos”"),
            ("price=1,000.50&currency=eur", "currency=EUR&max_rate=100050", "up to €1,000.50"),
            ("place=Vienna,+Austria&radius_km=30", "place=Vienna%2C+Austria&radius_km=30", "Vienna, Austria"),
            ("country=at&language=DE&remote=true", "country=AT&language=de&remote=true", "Remote, Austria, German"),
            ("service=logo-design", "service=logo-design", "Logo design"),
            ("currency=EUR", "", "All services"),
        ],
    )
    def test_the_same_search_has_one_address_and_words(
        self, saved: Callable[..., SavedSearch], address: str, canonical: str, name: str
    ) -> None:
        search = saved(address)
        assert (search.address, search.name) == (canonical, name)

    @pytest.mark.parametrize(
        ("address", "canonical", "name"),
        [
            ("q=logo&sort=newest&page=3", "q=logo", "“logo”"),
            ("budget=1,000.50&currency=eur", "currency=EUR&min_budget=100050", "from €1,000.50"),
            ("mine=true&place=on_site&sort=ending", "mine=true&place=on_site&sort=ending", "On site, What I offer"),
            ("country=AT&currency=EUR", "country=AT", "Austria"),
            ("", "", "All requests"),
        ],
    )
    def test_of_the_board(self, saved: Callable[..., SavedSearch], address: str, canonical: str, name: str) -> None:
        search = saved(address, kind="board")
        assert (search.address, search.name) == (canonical, name)

    def test_the_boards_page_offers_it(self, log_in: LogIn, paul: Member) -> None:
        browser = log_in(paul)
        shown = browser.get("/requests/board/?q=logo&budget=500&currency=EUR&page=2").content.decode()
        assert 'name="address" value="q=logo&amp;budget=500&amp;currency=EUR"' in shown
        assert 'value="“logo”, from €500"' in shown
        assert (
            browser.post("/saved/new/", form(kind="board", address="q=logo&budget=500&currency=EUR")).status_code == 302
        )
        search = SavedSearch.objects.get()
        assert browser.get(f"/saved/{search.pk}/")["Location"] == "/requests/board/?currency=EUR&q=logo&budget=500"
        assert browser.get(browser.get(f"/saved/{search.pk}/")["Location"]).status_code == 200

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"address": "country=XX"}, "country code"),
            ({"address": "place=Zzyqxville"}, "do not know this city"),
            ({"address": "price=much&currency=EUR"}, ""),
            ({"address": "q=" + "%E6%BC%A2" * 499}, "too long"),
            ({"alert": "hourly"}, "hourly"),
            ({"name": "a" * 121}, "120"),
            ({"name": "a\x00b"}, "NUL"),
        ],
    )
    def test_what_is_wrong_is_said(self, log_in: LogIn, clara: Member, changes: dict[str, str], says: str) -> None:
        answer = log_in(clara).post("/saved/new/", form(**changes))
        assert answer.status_code == 400
        assert says in answer.content.decode()
        assert not SavedSearch.objects.exists()

    def test_once_each_and_not_too_many(self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch]) -> None:
        browser = log_in(clara)
        saved()
        assert "already" in browser.post("/saved/new/", form()).content.decode()
        for number in range(MOST - 1):
            saved(f"radius_km={number + 1}")
        assert "very many" in browser.post("/saved/new/", form(address="q=new")).content.decode()
        assert SavedSearch.objects.count() == MOST

    def test_unknown_kind(self, log_in: LogIn, clara: Member) -> None:
        assert log_in(clara).post("/saved/new/", form(kind="people")).status_code == 404
        assert log_in(clara).get("/saved/?kind=people").status_code == 404


class TestKeeping:
    def test_the_list_says_what_is_new_and_opening_it_is_looking(
        self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch]
    ) -> None:
        search = saved("q=logos&max_rate=5000&currency=EUR", name="<b>Mine</b>")
        SavedSearch.objects.update(new_count=3)
        browser = log_in(clara)
        shown = browser.get("/saved/").content.decode()
        assert "3 new pages" in shown
        assert "&lt;b&gt;Mine&lt;/b&gt;" in shown
        assert "up to €50" in shown
        assert browser.get(f"/saved/{search.pk}/")["Location"] == "/services/?currency=EUR&q=logos&price=50"
        assert "new page" not in browser.get("/saved/").content.decode()
        assert "&lt;b&gt;Mine" not in browser.get("/saved/?kind=board").content.decode()

    def test_change_and_delete(self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch]) -> None:
        search, browser = saved(), log_in(clara)
        browser.post(f"/saved/{search.pk}/change/", {"name": "Other", "alert": "daily"})
        search.refresh_from_db()
        assert (search.name, search.alert, search.due_at is not None) == ("Other", Alert.DAILY, True)
        browser.post(f"/saved/{search.pk}/change/", {"name": "", "alert": "off"})
        browser.post(f"/saved/{search.pk}/change/", {"name": "Fine", "alert": "hourly"})
        search.refresh_from_db()
        assert (search.name, search.alert) == ("Other", Alert.DAILY)
        browser.post(f"/saved/{search.pk}/change/", {"name": "Other", "alert": "off"})
        search.refresh_from_db()
        assert (search.alert, search.due_at) == (Alert.OFF, None)
        assert "is deleted" in browser.post(f"/saved/{search.pk}/delete/", follow=True).content.decode()
        assert browser.post(f"/saved/{search.pk}/delete/").status_code == 404

    @pytest.mark.parametrize("address", ["", "change/", "delete/"])
    def test_of_nobody_else(
        self, log_in: LogIn, sam: Member, ada: Member, saved: Callable[..., SavedSearch], address: str
    ) -> None:
        path = f"/saved/{saved().pk}/{address}"
        call = "post" if address else "get"
        for stranger in (sam, ada):
            assert getattr(log_in(stranger), call)(path).status_code == 404
        assert getattr(log_in(None), call)(path)["Location"].startswith("/accounts/login/")
        assert log_in(sam).put(path).status_code == 405
        assert SavedSearch.objects.count() == 1

    def test_what_is_gone_from_the_catalogue_is_said(
        self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch], service: Service
    ) -> None:
        for kind in ("pages", "board"):
            saved(f"group={service.group.slug}", kind=kind)
        ServiceGroup.objects.filter(pk=service.group_id).update(is_active=False)
        for kind in ("pages", "board"):
            shown = log_in(clara).get(f"/saved/?kind={kind}").content.decode()
            assert "We do not understand this search any more" in shown

    @pytest.mark.parametrize("kind", ["pages", "board"])
    def test_a_group_is_named_once(
        self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch], service: Service, kind: str
    ) -> None:
        saved(f"group={service.group.slug}", kind=kind)
        [row] = log_in(clara).get(f"/saved/?kind={kind}").context["rows"]
        assert row["words"] == [service.group.name]

    def test_an_amount_may_be_written_with_zeros(
        self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch]
    ) -> None:
        saved("min_budget=50000.0&currency=EUR", kind="board")
        shown = log_in(clara).get("/saved/?kind=board")
        assert shown.status_code == 200
        assert "from €500" in shown.content.decode()

    @pytest.mark.parametrize("kind", ["pages", "board"])
    def test_queries_do_not_grow(
        self, log_in: LogIn, clara: Member, saved: Callable[..., SavedSearch], service: Service, kind: str
    ) -> None:
        browser, counts = log_in(clara), []
        names = {"pages": "radius_km", "board": "q"}
        for number in range(1, 12):
            saved(f"{names[kind]}={number}&group={service.group.slug}&service={service.slug}", kind=kind)
            if number in (1, 11):
                browser.get(f"/saved/?kind={kind}")
                with CaptureQueriesContext(connection) as queries:
                    assert browser.get(f"/saved/?kind={kind}").status_code == 200
                counts.append(len(queries))
        assert counts[0] == counts[1]


def test_the_results_cost_nothing_more(client: Client, catalogue: dict[str, Service]) -> None:
    """The button asks the database for nothing."""
    factories.make_page(title="Logos")
    for address in ("/services/?q=logos&country=AT", "/services/"):
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get("/services/?country=AT")
    assert not [each for each in queries if "savedsearch" in each["sql"]]
