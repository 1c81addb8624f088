"""Ordering a package with extras: the request that is filled in, and the provider's answer that confirms it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.models import Proposal, ServiceRequest
from services.actions import pause_page
from services.models import Question, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
EXTRAS = [{"name": "Animated", "price": 10_000}, {"name": "In Greek", "price": 10_000}, {"name": "Poster", "price": 5}]
PACKAGE: dict[str, Any] = {
    "tier": "standard",
    "name": "Logo and card",
    "description": "Both in one style.",
    "price": 90_050,
    "delivery_days": 10,
    "revisions": 2,
    "extras": EXTRAS,
}


@pytest.fixture
def page(page: ServicePage) -> ServicePage:
    """Paul's page, with one package and its extras; the catalogue asks nothing about his service."""
    Question.objects.filter(group__services=page.services.get()).delete()
    ServicePage.objects.filter(pk=page.pk).update(pricing="packages", packages=[PACKAGE], rate=90_050)
    page.refresh_from_db()
    return page


def link(page: ServicePage, package: str = "standard", *extras: str) -> tuple[str, dict[str, Any]]:
    """Where the button of a package leads, with the boxes ticked."""
    return "/requests/new/", {
        "service": "logo-design",
        "page": str(page.pk),
        "package": package,
        "extra": [*extras],
    }


def order(page: ServicePage, *extras: str, **more: Any) -> dict[str, Any]:
    """The API's body."""
    return {
        "service": "logo-design",
        "work_location": "remote",
        "order": {"page": str(page.pk), "tier": "standard", "extras": [*extras]},
    } | more


class TestOnThePages:
    def test_the_form_of_a_package(self, log_in: LogIn, clara: Member, paul: Member, page: ServicePage) -> None:
        shown = log_in(clara).get(f"/services/{page.slug}/").content.decode()
        assert shown.count('type="checkbox" name="extra"') == 3
        assert 'name="package" value="standard"' in shown
        own = log_in(paul).get(f"/services/{page.slug}/").content.decode()
        assert 'name="extra"' not in own
        assert "In Greek" in own

    def test_filled_in(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        browser = log_in(clara)
        assert browser.get(*link(page))["Location"] == "/requests/new/details/"
        shown = browser.get("/requests/new/details/").content.decode()
        for words in ("Package “Logo and card”", "Logo and card (Standard)", "€900.50", "10 days", "2 revisions"):
            assert words in shown
        assert "With these extras" not in shown
        budget = browser.get("/requests/new/budget/").content.decode()
        assert budget.count('value="900.50"') == 2
        browser.get(*link(page))
        draft = browser.session["new_request"]
        assert draft["pages"] == [str(page.pk)]
        assert draft["steps"]["details"]["details"][0].count("order your package") == 1
        assert draft["steps"]["budget"]["time_frame"] == ["month"]

    def test_from_the_button_to_the_confirmation(
        self, log_in: LogIn, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        browser = log_in(clara)
        browser.get(*link(page, "standard", "In Greek", "Poster"))
        details = browser.get("/requests/new/details/").content.decode()
        for words in ("With these extras", "In Greek: €100", "€1,000.55 in all"):
            assert words in details
        assert "Animated" not in details
        where = {"work_location": "remote", "languages": "en", "visibility": "invited", "invited_pages": page.pk}
        browser.post("/requests/new/where/", {**where, "go": "next"})
        review = browser.get("/requests/new/review/")
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        made = ServiceRequest.objects.get()
        assert (made.budget_min, made.budget_max, made.visibility) == (100_055, 100_055, "invited")
        provider = log_in(paul)
        shown = provider.get(f"/requests/{made.pk}/propose/").content.decode()
        for words in ('value="1000.55"', 'value="10"', "Both in one style.", "- In Greek", "- Poster"):
            assert words in shown
        assert "Animated" not in shown

    def test_it_stands_whatever_a_sentence_said_before(
        self, log_in: LogIn, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        browser = log_in(clara)
        browser.post("/requests/new/describe/", {"sentence": "logo in Berlin under 300 euros"})
        browser.get(*link(page, "standard", "Poster"))
        review = browser.get("/requests/new/review/")
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        made = ServiceRequest.objects.get()
        assert (made.visibility, list(made.invited_pages.all())) == ("invited", [page])
        assert 'value="900.55"' in log_in(paul).get(f"/requests/{made.pk}/propose/").content.decode()

    def test_two_extras_of_one_price_are_not_confused(
        self, log_in: LogIn, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        values = order(page, "In Greek", languages=["en"])
        made = actions.post_request(actor=clara, values=values, now=utc_now())
        shown = log_in(paul).get(f"/requests/{made.pk}/propose/").content.decode()
        assert "In Greek" in shown
        assert "Animated" not in shown

    @pytest.mark.parametrize("wanted", [("golden",), ("standard", "Free coffee"), ("standard", *["Poster"] * 9)])
    def test_what_is_not_offered(
        self, log_in: LogIn, clara: Member, page: ServicePage, wanted: tuple[str, ...]
    ) -> None:
        browser = log_in(clara)
        browser.get(*link(page, *wanted))
        assert "details" not in browser.session["new_request"]["steps"]
        assert not browser.session["new_request"]["order"]

    def test_no_longer_offered_when_it_is_posted(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        browser = log_in(clara)
        browser.get(*link(page, "standard", "Poster"))
        where = {"work_location": "remote", "languages": "en", "visibility": "invited", "invited_pages": page.pk}
        browser.post("/requests/new/where/", {**where, "go": "next"})
        ServicePage.objects.filter(pk=page.pk).update(packages=[PACKAGE | {"extras": []}])
        review = browser.get("/requests/new/review/")
        browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
        made = ServiceRequest.objects.get()
        assert made.order is None
        assert "Poster" in made.details


class TestOverTheApi:
    def test_everything_but_the_service_is_filled_in(
        self, api: Api, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        answer = api(clara).post("/api/v1/requests/", order(page, "Animated", languages=["en"]), format="json")
        assert answer.status_code == 201, answer.json()
        made = answer.json()
        assert made["order"] == {"page": str(page.pk), "tier": "standard", "extras": ["Animated"]}
        assert (made["budget_min"], made["budget_max"], made["currency"]) == (100_050, 100_050, "EUR")
        assert (made["visibility"], made["invited_pages"]) == ("invited", [str(page.pk)])
        assert "Animated" in made["details"]
        provider = api(paul)
        assert provider.get(f"/api/v1/requests/{made['id']}/").json()["order"] == made["order"]
        sent = provider.post(f"/api/v1/requests/{made['id']}/proposals/", {}, format="json")
        assert sent.status_code == 201, sent.json()
        said = sent.json()
        assert (said["price_type"], said["amount"], said["currency"], said["days"]) == ("fixed", 100_050, "EUR", 10)
        assert "Animated" in said["scope"]
        again = provider.post(f"/api/v1/requests/{made['id']}/proposals/", {}, format="json")
        assert (again.status_code, again.json()["code"]) == (409, "already_proposed")

    def test_what_is_said_stands_before_what_is_ordered(self, api: Api, clara: Member, page: ServicePage) -> None:
        body = order(page, title="For my bakery", languages=["en"], draft=True)
        made = api(clara).post("/api/v1/requests/", body, format="json").json()
        assert made["title"] == "For my bakery"
        assert made["budget_max"] == 90_050

    def test_another_price_is_no_order(self, api: Api, clara: Member, paul: Member, page: ServicePage) -> None:
        caller = api(clara)
        made = caller.post("/api/v1/requests/", order(page, languages=["en"]), format="json").json()
        at = f"/api/v1/requests/{made['id']}/"
        assert caller.patch(at, {"budget_min": 80_000}, format="json").json()["order"] is None
        sent = api(paul).post(f"{at}proposals/", {}, format="json")
        assert (sent.status_code, sent.json()["code"]) == (400, "incomplete")
        assert not Proposal.objects.exists()

    def test_others_who_are_asked_name_their_own_terms(self, api: Api, clara: Member, page: ServicePage) -> None:
        other = factories.make_page(services=[page.services.get()])
        body = order(page, invited_pages=[str(page.pk), str(other.pk)], languages=["en"])
        made = api(clara).post("/api/v1/requests/", body, format="json").json()
        sent = api(other.member).post(f"/api/v1/requests/{made['id']}/proposals/", {}, format="json")
        assert sent.json()["code"] == "incomplete"

    def test_it_stays_as_it_was_offered(self, api: Api, clara: Member, paul: Member, page: ServicePage) -> None:
        caller = api(clara)
        made = caller.post("/api/v1/requests/", order(page, "Poster", languages=["en"]), format="json").json()
        ServicePage.objects.filter(pk=page.pk).update(packages=[PACKAGE | {"price": 1, "extras": []}])
        at = f"/api/v1/requests/{made['id']}/"
        assert caller.patch(at, {"order": made["order"]}, format="json").json()["order"] == made["order"]
        sent = api(paul).post(f"{at}proposals/", {}, format="json").json()
        assert sent["amount"] == 90_055
        assert caller.patch(at, {"order": None}, format="json").json()["order"] is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"tier": "golden"}, "order.tier"),
            ({"tier": "basic"}, "order.tier"),
            ({"extras": ["Free coffee"]}, "order.extras"),
            ({"extras": ["Poster"] * 9}, "order.extras"),
            ({"page": "018f0000-0000-7000-8000-000000000000"}, "order.page"),
            ({"page": "x"}, "order"),
            ({"price": 1}, "order.price"),
        ],
    )
    def test_refusals(self, api: Api, clara: Member, page: ServicePage, change: dict[str, Any], field: str) -> None:
        body = order(page)
        body["order"] |= change
        answer = api(clara).post("/api/v1/requests/", body, format="json")
        assert answer.status_code == 400
        assert [*answer.json()["fields"]] == [field]
        assert not ServiceRequest.objects.exists()

    def test_not_of_a_paused_page_nor_of_ones_own(
        self, api: Api, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        own = api(paul).post("/api/v1/requests/", order(page), format="json")
        assert own.json()["fields"]["invited_pages"][0]["code"] == "own_page"
        pause_page(actor=paul, page=page, now=utc_now())
        answer = api(clara).post("/api/v1/requests/", order(page), format="json")
        assert "order.page" in answer.json()["fields"]
