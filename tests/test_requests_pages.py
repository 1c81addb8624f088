"""Pages about requests, as browsers without JavaScript use them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.matching import run
from requests.models import MatchState, Publication, ServiceRequest
from services.models import Question, Service, ServicePage
from tests import factories
from tests.test_requests_actions import values

LogIn = Callable[[Member | None], Client]
DETAILS = {"title": "A sign for our shop", "details": "Gold letters on green."}
BUDGET = {"budget_type": "fixed", "currency": "EUR", "budget_min": "300", "budget_max": "900", "time_frame": "month"}
WHERE = {"work_location": "remote", "languages": ["en"], "visibility": "matched"}


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests and pages here."""
    return factories.make_service("sign-painting", name="Sign painting")


@pytest.fixture
def page(paul: Member, service: Service) -> ServicePage:
    """Paul's page, which offers the service."""
    return factories.make_page(paul, services=[service], title="Signs by hand", slug="signs")


@pytest.fixture
def matched(clara: Member, page: ServicePage) -> ServiceRequest:
    """Clara's request, of which Paul was told."""
    request = actions.post_request(actor=clara, values=values(), now=utc_now())
    run.match(request.pk, now=utc_now())
    request.refresh_from_db()
    return request


def fill(browser: Client, **changes: Any) -> Any:
    """Goes through all steps; the answer of the last."""
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    browser.post("/requests/new/details/", DETAILS | changes.pop("details", {}))
    browser.post("/requests/new/budget/", BUDGET | changes.pop("budget", {}))
    return browser.post("/requests/new/where/", WHERE | changes.pop("where", {}))


def form_key(browser: Client) -> str:
    """The key of the review's form."""
    return str(browser.get("/requests/new/review/").context["form_key"])


def test_the_guide_posts_a_request(clara: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(clara)
    assert browser.get("/requests/new/").headers["Location"] == "/requests/new/describe/"
    assert fill(browser).headers["Location"] == "/requests/new/review/"
    review = browser.get("/requests/new/review/").content.decode()
    assert "€300 to €900" in review
    assert "Within a month" in review
    answer = browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    made = ServiceRequest.objects.get()
    assert answer.headers["Location"] == f"/requests/{made.pk}/"
    assert (made.status, made.budget_min, made.budget_max, made.currency) == ("open", 30_000, 90_000, "EUR")
    assert browser.get("/requests/new/review/").status_code == 302


def test_a_double_click_posts_once(clara: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(clara)
    fill(browser)
    sent = {"go": "publish", "form_key": form_key(browser)}
    first = browser.post("/requests/new/review/", sent)
    fill(browser)
    assert browser.post("/requests/new/review/", sent).headers["Location"] == first.headers["Location"]
    assert ServiceRequest.objects.count() == 1


def test_what_was_typed_logged_out_survives_the_log_in(service: Service, log_in: LogIn) -> None:
    browser = log_in(None)
    fill(browser)
    answer = browser.post("/requests/new/review/", {"go": "publish"})
    assert answer.headers["Location"] == "/accounts/signup/?next=%2Frequests%2Fnew%2Freview%2F"
    browser.force_login(factories.make_member(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "A sign for our shop" in browser.get("/requests/new/review/").content.decode()
    browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    assert ServiceRequest.objects.get().status == "open"


@pytest.mark.parametrize(
    ("step", "sent", "message"),
    [
        ("service", {}, "Choose one service."),
        ("service", {"service": ["sign-painting", "x"]}, "Choose one service."),
        ("details", {"title": "", "details": "Kept words"}, "This field is required."),
        ("details", {"title": "x" * 200, "details": "Kept words"}, "at most 140"),
        ("budget", {**BUDGET, "budget_min": "900", "budget_max": "300"}, "above its upper end"),
        ("budget", {**BUDGET, "budget_min": "-5"}, "cannot be negative"),
        ("budget", {**BUDGET, "budget_max": "lots"}, "Write the amount in digits"),
        ("where", {**WHERE, "work_location": "on_site", "place": "Nowhereville"}, "do not know this city"),
    ],
)
def test_wrong_input_is_shown_and_kept(
    service: Service, log_in: LogIn, step: str, sent: dict[str, Any], message: str
) -> None:
    browser = log_in(None)
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    answer = browser.post(f"/requests/new/{step}/", sent)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    again = browser.get(f"/requests/new/{step}/").content.decode()
    for value in sent.values():
        assert not isinstance(value, str) or value in again


def test_what_is_missing_is_named_in_the_review(clara: Member, service: Service, log_in: LogIn) -> None:
    Question.objects.create(group=service.group, key="size", text="How large?", type="text", required=True)
    browser = log_in(clara)
    fill(browser)
    assert "answer" in browser.get("/requests/new/review/").content.decode()
    answer = browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    assert answer.status_code == 400
    assert not ServiceRequest.objects.exists()
    browser.post("/requests/new/details/", DETAILS | {"answer_size": "Two metres"})
    browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    assert ServiceRequest.objects.get().answers == {"size": "Two metres"}


def test_on_site_needs_a_town(clara: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(clara)
    fill(browser, where={"work_location": "on_site"})
    assert "Name the town" in browser.get("/requests/new/review/").content.decode()
    fill(browser, where={"work_location": "on_site", "place": "Vienna, Austria", "radius_km": "20"})
    browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    made = ServiceRequest.objects.get()
    assert (made.city, made.country, made.radius_km) == ("Vienna", "AT", 20)
    assert made.latitude == pytest.approx(48.2, abs=0.1)


def test_asking_a_provider_invites_only_her(clara: Member, page: ServicePage, log_in: LogIn) -> None:
    browser = log_in(clara)
    start = browser.get(f"/requests/new/?service=sign-painting&page={page.pk}&q=Hello")
    assert start.headers["Location"] == "/requests/new/details/"
    assert "Hello" in browser.get("/requests/new/details/").content.decode()
    assert "Signs by hand" in browser.get("/requests/new/where/").content.decode()
    fill(browser, where={"visibility": "invited", "invited_pages": [str(page.pk)]})
    browser.post("/requests/new/review/", {"go": "publish", "form_key": form_key(browser)})
    made = ServiceRequest.objects.get()
    assert (made.visibility, list(made.invited_pages.all())) == ("invited", [page])


@pytest.mark.parametrize("query", ["service=nothing", "page=%00", "page=nobody", "q=" + "x" * 5000, "service=%F0%9F"])
def test_odd_addresses_are_no_trouble(service: Service, log_in: LogIn, query: str) -> None:
    assert log_in(None).get(f"/requests/new/?{query}").status_code in (302, 400)


def test_drafts_are_kept_edited_and_posted(clara: Member, service: Service, log_in: LogIn) -> None:
    browser = log_in(clara)
    fill(browser)
    browser.post("/requests/new/review/", {"go": "draft", "form_key": form_key(browser)})
    draft = ServiceRequest.objects.get()
    assert draft.status == "draft"
    at = f"/requests/{draft.pk}/"
    form = DETAILS | BUDGET | WHERE
    assert browser.post(f"{at}edit/", form | {"title": "", "version": "1"}).status_code == 400
    assert browser.post(f"{at}edit/", form | {"title": "A better sign", "version": "1"}).status_code == 302
    stale = browser.post(f"{at}edit/", form | {"title": "A third sign", "version": "1"})
    assert stale.status_code == 400
    assert "changed somewhere else" in stale.content.decode()
    assert "A third sign" in stale.content.decode()
    assert browser.post(f"{at}edit/", form | {"title": "", "version": "²"}).status_code == 400
    assert browser.post(f"{at}edit/", form | {"title": "A better sign", "version": "²"}).status_code == 302
    browser.post(f"{at}publish/")
    draft.refresh_from_db()
    assert (draft.status, draft.title) == ("open", "A better sign")
    assert Publication.objects.count() == 1


def test_the_client_sees_whom_we_told_and_why(clara: Member, matched: ServiceRequest, log_in: LogIn) -> None:
    shown = log_in(clara).get(f"/requests/{matched.pk}/").content.decode()
    assert "Signs by hand" in shown
    assert "Offers exactly the service that is asked for" in shown
    assert "1 provider told" in shown


def test_the_provider_sees_the_lead_and_why(paul: Member, matched: ServiceRequest, log_in: LogIn) -> None:
    browser = log_in(paul)
    assert matched.title in browser.get("/requests/leads/").content.decode()
    shown = browser.get(f"/requests/{matched.pk}/").content.decode()
    assert "Why was I matched?" in shown
    assert "Requests posted" in shown
    assert matched.matches.get().state == MatchState.VIEWED
    assert "Close this request" not in shown
    browser.post(f"/requests/{matched.pk}/decline/", {"reason": " "})
    assert matched.matches.get().state == MatchState.VIEWED
    browser.post(f"/requests/{matched.pk}/decline/", {"reason": "budget"})
    assert matched.matches.get().state == MatchState.DECLINED


def test_the_client_closes_reopens_renews_and_posts_anew(clara: Member, matched: ServiceRequest, log_in: LogIn) -> None:
    browser, at = log_in(clara), f"/requests/{matched.pk}/"

    def do(verb: str, status: str, **sent: str) -> None:
        assert browser.post(f"{at}{verb}/", sent).status_code == 302
        matched.refresh_from_db()
        assert matched.status == status

    do("renew", "open")
    do("close", "open", reason=" ")
    do("close", "closed", reason="no_fit")
    do("renew", "closed")
    do("reopen", "open")
    copy = browser.post(f"{at}repost/").headers["Location"]
    assert copy != at
    assert browser.get(copy).status_code == 200


@pytest.mark.parametrize("path", ["", "edit/"])
def test_strangers_find_nothing(sam: Member, matched: ServiceRequest, log_in: LogIn, path: str) -> None:
    assert log_in(sam).get(f"/requests/{matched.pk}/{path}").status_code == 404
    answer = log_in(None).get(f"/requests/{matched.pk}/{path}")
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("verb", ["publish", "close", "reopen", "renew", "repost", "decline"])
def test_nobody_else_acts(sam: Member, paul: Member, matched: ServiceRequest, log_in: LogIn, verb: str) -> None:
    at = f"/requests/{matched.pk}/{verb}/"
    assert log_in(sam).post(at, {"reason": "other"}).status_code == 404
    assert log_in(None).post(at).headers["Location"].startswith("/accounts/login/")
    assert log_in(paul).get(at).status_code == 405
    if verb != "decline":
        log_in(paul).post(at, {"reason": "other"})
        matched.refresh_from_db()
        assert matched.status == "open"
        assert ServiceRequest.objects.count() == 1


def test_staff_sees_every_request(ada: Member, matched: ServiceRequest, log_in: LogIn) -> None:
    assert "Signs by hand" in log_in(ada).get(f"/requests/{matched.pk}/").content.decode()


def test_lists_cost_the_same_for_one_and_for_many(
    clara: Member, paul: Member, page: ServicePage, log_in: LogIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(25):
        request = factories.make_request(clara, service=page.offers.get().service, status="open", title=f"No. {number}")
        request.matches.create(page=page, rank=1, score=0.5)
    browser = log_in(clara)
    browser.get("/requests/")
    with django_assert_max_num_queries(9):
        assert "Page 1 of 2" in browser.get("/requests/").content.decode()
    provider = log_in(paul)
    provider.get("/requests/leads/")
    with django_assert_max_num_queries(9):
        provider.get("/requests/leads/?show=new&page=99")


def test_empty_lists_say_what_to_do(sam: Member, log_in: LogIn) -> None:
    browser = log_in(sam)
    assert "No requests yet" in browser.get("/requests/").content.decode()
    assert "Offer a service" in browser.get("/requests/leads/").content.decode()
