"""The board: what is on it for whom, how it is narrowed and ordered, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions.blocks import block_member
from accounts.models import Member
from marketplace.clock import utc_now
from requests.board.find import WORDS
from requests.models import Proposal, ServiceRequest
from services.models import Service, ServicePage
from services.search import meant
from tests import factories

pytestmark = pytest.mark.django_db
Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
CALL, PAGE = "/api/v1/board/", "/requests/board/"


@pytest.fixture(autouse=True)
def fresh_catalogue() -> None:
    """No names of services that another test left in this process."""
    meant.forget()


@pytest.fixture
def post(clara: Member, service: Service) -> Callable[..., ServiceRequest]:
    """Puts a request of Clara's on the board."""

    def post(title: str = "A logo for our bakery", **fields: Any) -> ServiceRequest:
        values: dict[str, Any] = {
            "service": service,
            "status": "open",
            "visibility": "board",
            "expires_at": utc_now(),
        } | fields
        values["expires_at"] = values["expires_at"] + timedelta(days=30)
        return factories.make_request(values.pop("client", clara), title=title, **values)

    return post


def titles(caller: APIClient, **given: str) -> list[str]:
    """The titles that the call answers with."""
    answer = caller.get(CALL, given)
    assert answer.status_code == 200, answer.json()
    return [each["title"] for each in answer.json()["results"]]


class TestWhatIsOnIt:
    def test_open_public_requests_of_others(self, api: Api, paul: Member, post: Callable[..., ServiceRequest]) -> None:
        post("Here")
        post("Private", visibility="matched")
        post("Asked", visibility="invited")
        post("Draft", status="draft")
        post("Full", status="in_review")
        post("Over", status="expired")
        post("My own", client=paul)
        assert titles(api(paul)) == ["Here"]

    @pytest.mark.parametrize("by_client", [True, False])
    def test_not_of_those_whom_a_block_separates(
        self, api: Api, clara: Member, paul: Member, post: Callable[..., ServiceRequest], by_client: bool
    ) -> None:
        post()
        actor, blocked = (clara, paul) if by_client else (paul, clara)
        block_member(actor=actor, blocked=blocked, now=utc_now())
        assert titles(api(paul)) == []

    def test_only_for_members(self, api: Api, client: Client) -> None:
        assert api(None).get(CALL).status_code == 401
        assert client.get(PAGE)["Location"].startswith("/accounts/login/")

    def test_it_leads_to_the_request(self, log_in: LogIn, paul: Member, post: Callable[..., ServiceRequest]) -> None:
        request = post(details="<script>alert(1)</script>")
        shown = log_in(paul).get(PAGE).content.decode()
        assert f"/requests/{request.pk}/" in shown
        assert "<script>alert(1)" not in shown
        assert log_in(paul).get(f"/requests/{request.pk}/").status_code == 200


class TestNarrowing:
    def test_words_of_title_and_details_or_a_service(
        self, api: Api, paul: Member, post: Callable[..., ServiceRequest]
    ) -> None:
        post("Paint a sign", details="Golden letters", service=factories.make_service("sign-painting"))
        post("Something else", details="Quite different", service=factories.make_service("tax-returns"))
        assert titles(api(paul), q="letter") == ["Paint a sign"]
        assert titles(api(paul), q="sign golden") == ["Paint a sign"]
        assert titles(api(paul), q="golden goose") == []
        assert titles(api(paul), q="tax returns") == ["Something else"]

    @pytest.mark.parametrize(
        ("given", "fits", "fits_not"),
        [
            ({"budget_type": "hourly"}, {"budget_type": "hourly"}, {"budget_type": "fixed"}),
            ({"time_frame": "urgent"}, {"time_frame": "urgent"}, {"time_frame": "flexible"}),
            ({"country": "at"}, {"country": "AT"}, {"country": "DE"}),
            ({"language": "de"}, {"languages": ["en", "de"]}, {"languages": ["en"]}),
            ({"language": "de"}, {"languages": []}, {"languages": ["en"]}),
            ({"place": "remote"}, {"work_location": "both"}, {"work_location": "on_site"}),
            ({"place": "on_site"}, {"work_location": "on_site"}, {"work_location": "remote"}),
            ({"min_budget": "50000", "currency": "EUR"}, {"budget_max": 50_000}, {"budget_max": 49_000}),
            (
                {"min_budget": "50000", "currency": "EUR"},
                {"budget_max": 9_000_000, "currency": "JPY"},
                {"budget_max": 0},
            ),
        ],
    )
    def test_by(
        self,
        api: Api,
        paul: Member,
        post: Callable[..., ServiceRequest],
        given: dict[str, str],
        fits: dict[str, Any],
        fits_not: dict[str, Any],
    ) -> None:
        post("Fits", **({"budget_min": None} | fits))
        post("Fits not", **({"budget_min": None} | fits_not))
        assert titles(api(paul), **given) == ["Fits"]

    def test_by_service_and_group(
        self, api: Api, paul: Member, service: Service, post: Callable[..., ServiceRequest]
    ) -> None:
        other = factories.make_service("kite-repair")
        post("Ours")
        post("Other", service=other)
        assert titles(api(paul), service=service.slug) == ["Ours"]
        assert titles(api(paul), group=other.group.slug) == ["Other"]

    def test_what_the_own_page_offers(
        self, api: Api, paul: Member, sam: Member, page: ServicePage, post: Callable[..., ServiceRequest]
    ) -> None:
        post("Ours")
        post("Other", service=factories.make_service("kite-repair"))
        assert titles(api(paul), mine="true") == ["Ours"]
        assert titles(api(sam), mine="true") == []

    def test_what_is_within_reach(self, api: Api, paul: Member, post: Callable[..., ServiceRequest]) -> None:
        factories.make_page(paul, work_location="both", country="AT", latitude=48.2, longitude=16.37, radius_km=60)
        bratislava = {"work_location": "on_site", "latitude": 48.15, "longitude": 17.11}
        post("Near", **bratislava)
        post("Near, but wanted nearer", **bratislava, radius_km=20)
        post("Far", work_location="on_site", latitude=52.52, longitude=13.4)
        post("Remote", work_location="remote")
        assert sorted(titles(api(paul), reach="true")) == ["Near", "Remote"]

    @pytest.mark.parametrize(
        ("given", "field", "code"),
        [
            ({"colour": "red"}, "colour", "unknown_filter"),
            ({"service": "nothing"}, "service", "unknown_value"),
            ({"group": "nothing"}, "group", "unknown_value"),
            ({"budget_type": "free"}, "budget_type", "invalid_choice"),
            ({"min_budget": "-1", "currency": "EUR"}, "min_budget", "min_value"),
            ({"min_budget": "1e9", "currency": "EUR"}, "min_budget", "invalid"),
            ({"min_budget": "5"}, "currency", "required"),
            ({"currency": "XXQ"}, "currency", "unknown_currency"),
            ({"country": "XX"}, "country", "unknown_country"),
            ({"language": "xx"}, "language", "unknown_language"),
            ({"sort": "luck"}, "sort", "invalid_choice"),
            ({"q": "a" * 201}, "q", "max_length"),
            ({"mine": "perhaps"}, "mine", "invalid_choice"),
        ],
    )
    def test_what_is_wrong_is_named(self, api: Api, paul: Member, given: dict[str, str], field: str, code: str) -> None:
        answer = api(paul).get(CALL, given)
        assert answer.status_code == 400
        assert code in [each["code"] for each in answer.json()["fields"][field]]


class TestOrder:
    def test_each(self, api: Api, paul: Member, post: Callable[..., ServiceRequest]) -> None:
        now = utc_now()
        post("First", published_at=now - timedelta(hours=2), budget_max=90_000, proposal_count=3, expires_at=now)
        post(
            *("Second",),
            published_at=now - timedelta(hours=1),
            budget_max=99_000,
            proposal_count=5,
            expires_at=now - timedelta(days=3),
        )
        post("Third", published_at=now, budget_max=None, budget_min=None, currency="", proposal_count=1)
        assert titles(api(paul)) == ["Third", "Second", "First"]
        assert titles(api(paul), sort="budget") == ["Second", "First", "Third"]
        assert titles(api(paul), sort="proposals") == ["Third", "First", "Second"]
        assert titles(api(paul), sort="ending")[0] == "Second"

    @pytest.mark.parametrize("sort", ["newest", "budget", "proposals", "ending"])
    def test_a_walk_meets_each_once(
        self, api: Api, paul: Member, post: Callable[..., ServiceRequest], sort: str
    ) -> None:
        for number in range(7):
            post(f"Request {number}", budget_max=100_000 + number // 2)
        caller = api(paul)
        answer = caller.get(CALL, {"sort": sort, "page_size": "2"}).json()
        seen = [each["id"] for each in answer["results"]]
        while answer["next"]:
            answer = caller.get(answer["next"]).json()
            seen += [each["id"] for each in answer["results"]]
        assert (len(seen), len(set(seen))) == (7, 7)


class TestPage:
    def test_a_typed_budget_and_what_is_wrong_with_it(
        self, log_in: LogIn, paul: Member, post: Callable[..., ServiceRequest]
    ) -> None:
        post("Well paid", budget_max=200_000)
        post("Hardly paid", budget_min=None, budget_max=5_000)
        browser = log_in(paul)
        shown = browser.get(PAGE, {"budget": "1,000.50", "currency": "EUR"}).content.decode()
        assert "Well paid" in shown
        assert "Hardly paid" not in shown
        wrong = browser.get(PAGE, {"budget": "plenty", "q": "logo"})
        assert wrong.status_code == 400
        assert 'value="plenty"' in wrong.content.decode()
        assert 'value="logo"' in wrong.content.decode()

    def test_it_says_what_the_reader_has_done_already(
        self, log_in: LogIn, paul: Member, page: ServicePage, post: Callable[..., ServiceRequest]
    ) -> None:
        request = post()
        browser = log_in(paul)
        request.matches.create(page=page, rank=1, score=0.5)
        assert "Matched to you" in browser.get(PAGE).content.decode()
        Proposal.objects.create(
            request=request,
            page=page,
            status="submitted",
            amount=5,
            currency="EUR",
            price_type="fixed",
            submitted_at=utc_now(),
        )
        assert "Submitted" in browser.get(PAGE).content.decode()

    def test_empty(self, log_in: LogIn, paul: Member) -> None:
        assert "The board is empty" in log_in(paul).get(PAGE).content.decode()
        assert "Nothing found" in log_in(paul).get(PAGE, {"q": "logo"}).content.decode()

    def test_a_page_that_is_not_there_shows_the_last(
        self, log_in: LogIn, paul: Member, post: Callable[..., ServiceRequest]
    ) -> None:
        post()
        assert "bakery" in log_in(paul).get(PAGE, {"page": "99"}).content.decode()

    @pytest.mark.parametrize("address", [CALL, PAGE])
    def test_the_number_of_queries_stays_the_same(
        self, api: Api, log_in: LogIn, paul: Member, post: Callable[..., ServiceRequest], address: str
    ) -> None:
        caller: Any = api(paul) if address == CALL else log_in(paul)
        post()
        caller.get(address)
        counts = []
        for _each in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert caller.get(address).status_code == 200
            counts.append(len(queries))
            for number in range(9):
                post(f"More {number}", client=factories.make_member())
        assert counts[0] == counts[1]


def test_words_are_found_by_their_index(post: Callable[..., ServiceRequest]) -> None:
    """The expressions of query and index are the same, so that a rare word among many requests is looked up."""
    first = post("A logo")
    many = [ServiceRequest(**_copied(first), title=f"Task number {number}") for number in range(2000)]
    ServiceRequest.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE requests_servicerequest")
        cursor.execute(
            "EXPLAIN SELECT id FROM requests_servicerequest"
            f" WHERE visibility = 'board' AND status = 'open' AND {WORDS}",
            ["logo"],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "requests_board_words" in plan


def _copied(request: ServiceRequest) -> dict[str, Any]:
    kept = {"id", "title"}
    fields = (field for field in ServiceRequest._meta.concrete_fields if field.name not in kept)
    return {field.attname: getattr(request, field.attname) for field in fields}
