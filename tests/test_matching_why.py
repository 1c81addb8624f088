"""Why a page was told of a request, or why not: each rule, each way of falling out, and that it is matching's own."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from rest_framework.test import APIClient

from accounts.models import Block, Member
from requests import actions
from requests.matching import fair_share, retrieve, run
from requests.matching.retrieve import CONSIDERED
from requests.matching.why import RULES, why
from requests.models import FairShare, Match, ServiceRequest
from requests.presentation import why as words
from services.actions import pause_page
from services.models import Service, ServicePage
from services.search.index import page_changed, reindex
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_requests_actions import values

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)
VIENNA: dict[str, Any] = {"country": "AT", "city": "Vienna", "latitude": 48.2082, "longitude": 16.3738}
PLACE = {"country": "AT", "city": "Vienna", "lat": 48.2082, "lon": 16.3738}
Post = Callable[..., ServiceRequest]
LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]


@pytest.fixture
def service(db: None) -> Service:
    """The service of all requests and pages here."""
    return factories.make_service("sign-painting", skills=["Lettering", "Enamel"])


@pytest.fixture
def post(clara: Member, service: Service) -> Post:
    """Posts a request of Clara's."""

    def post(**changes: Any) -> ServiceRequest:
        return actions.post_request(actor=clara, values=values(**changes), now=NOW)

    return post


@pytest.fixture
def wave_of_two(db: None) -> None:
    """Two providers are told at a time."""
    SiteSettings.objects.update_or_create(pk=1, defaults={"wave_size": 2})


def make(service: Service, **fields: Any) -> ServicePage:
    """A page that passes every rule, unless the fields say otherwise."""
    usual: dict[str, Any] = {
        "first_published_at": LONG_AGO,
        "published_at": LONG_AGO,
        "languages": ["en"],
        "rate": 5000,
    }
    return factories.make_page(services=[service], **usual | fields)


@pytest.mark.parametrize(
    ("asked", "offered", "rule"),
    [
        ({}, {"services": "another"}, "service"),
        ({}, {"taking_work": False}, "taking_work"),
        ({}, {"available_from": (NOW + timedelta(days=31)).date()}, "available"),
        ({}, {"work_location": "on_site", **VIENNA}, "place"),
        ({"work_location": "on_site", "place": PLACE}, {"work_location": "remote"}, "place"),
        ({"languages": ["de"]}, {"languages": ["en", "fr"]}, "language"),
        (
            {"budget_type": "hourly", "budget_min": None, "budget_max": 3000, "currency": "EUR"},
            {"pricing": "hourly", "rate": 9000, "currency": "EUR"},
            "price",
        ),
        ({}, {"status": "paused"}, "published"),
        ({}, {"daily_leads": 0}, "cap"),
    ],
)
def test_the_rule_that_is_broken(
    service: Service, post: Post, asked: dict[str, Any], offered: dict[str, Any], rule: str
) -> None:
    given = {name: value for name, value in offered.items() if name != "services"}
    page = make(factories.make_service() if "services" in offered else service, **given)
    request = post(**asked)
    run.match(request.pk, now=NOW)
    told = why(request, page, now=NOW)
    assert told.outcome == "rules"
    assert told.broken == [rule]
    assert [each.key for each in told.rules] == list(RULES)
    assert (told.position is None) == (rule == "published")


def test_the_client_herself_and_blocks_either_way(clara: Member, service: Service, post: Post) -> None:
    own, blocked, blocker = make(service, member=clara), make(service), make(service)
    Block.objects.create(blocker=clara, blocked=blocked.member)
    Block.objects.create(blocker=blocker.member, blocked=clara)
    request = post()
    assert why(request, own, now=NOW).broken == ["self"]
    assert why(request, blocked, now=NOW).broken == ["blocked"]
    assert why(request, blocker, now=NOW).broken == ["blocked"]


def test_who_was_not_asked(service: Service, post: Post) -> None:
    asked, other = make(service), make(service)
    request = post(visibility="invited", invited_pages=[asked.pk])
    run.match(request.pk, now=NOW)
    assert why(request, asked, now=NOW).outcome == "told"
    assert why(request, other, now=NOW).broken == ["invited"]


def test_who_answered_from_the_board(service: Service, post: Post) -> None:
    page = make(service)
    request = post(visibility="board")
    factories.make_proposal(request, page, submitted_at=NOW - timedelta(minutes=1))
    run.match(request.pk, now=NOW)
    assert why(request, page, now=NOW).broken == ["answered"]


def test_the_rank_that_it_had_and_others_were_better(service: Service, post: Post, wave_of_two: None) -> None:
    pages = [make(service, rating_sum=5 * stars, rating_count=5) for stars in (5, 4, 2, 1)]
    for page in pages:  # nobody is new or long unmatched, so that no place is kept
        Match.objects.create(
            request=factories.make_request(), page=page, rank=1, score=1, created_at=NOW - timedelta(days=3)
        )
    request = post()
    run.match(request.pk, now=NOW)
    told = {match.page_id: match for match in request.matches.all()}
    assert len(told) == 2
    for page in pages:
        found = why(request, page, now=NOW + timedelta(hours=1))
        assert found.considered == 4
        if page.pk in told:
            assert (found.outcome, found.position) == ("told", told[page.pk].rank)
            assert found.ranked is not None and found.ranked.score == pytest.approx(told[page.pk].score)
            assert dict(found.ranked.features).items() <= told[page.pk].features.items()
        else:
            assert found.outcome == "rank"
            assert found.position in (3, 4)


def test_a_place_that_was_kept_for_somebody_new(service: Service, post: Post, wave_of_two: None) -> None:
    first, second = (make(service, rating_sum=5 * 9, rating_count=9) for _number in range(2))
    for page in (first, second):
        Match.objects.create(
            request=factories.make_request(), page=page, rank=1, score=1, created_at=NOW - timedelta(days=3)
        )
    new = make(service, rating_sum=9, rating_count=9, first_published_at=NOW - timedelta(days=29))
    request = post()
    run.match(request.pk, now=NOW)
    assert request.matches.get(page=new).reserved_place
    loser = first if not request.matches.filter(page=first).exists() else second
    found = why(request, loser, now=NOW)
    assert (found.outcome, found.position) == ("fairness", 2)


def test_who_had_her_share_of_all_leads(service: Service, post: Post, wave_of_two: None) -> None:
    best, second, third = (make(service, rating_sum=5 * stars, rating_count=5) for stars in (5, 3, 2))
    for page, leads in ((best, 3), (second, 1), (third, 1)):
        for _lead in range(leads):
            Match.objects.create(
                request=factories.make_request(), page=page, rank=1, score=1, created_at=NOW - timedelta(days=3)
            )
    FairShare.objects.update_or_create(pk=1, defaults={"leads_a_day": 3, "leads_a_month": 3, "counted_at": NOW})
    fair_share._kept.clear()
    request = post()
    run.match(request.pk, now=NOW)
    found = why(request, best, now=NOW)
    fair_share._kept.clear()
    assert pages_told(request) == {second, third}
    assert (found.outcome, found.position) == ("share", 1)


def pages_told(request: ServiceRequest) -> set[ServicePage]:
    """The pages that the request was announced to."""
    return {match.page for match in request.matches.select_related("page")}


def test_too_far_to_be_ranked(service: Service, post: Post) -> None:
    pages = [make(service, indexed=False, title="Signs by hand") for _number in range(CONSIDERED)]
    far = make(service, indexed=False, title="Cakes", about="Sugar and flour.")
    reindex([page.pk for page in (*pages, far)])
    found = why(post(title="Signs by hand", details="Signs by hand."), far, now=NOW)
    assert (found.outcome, found.broken, found.considered) == ("retrieval", [], CONSIDERED)
    assert found.position is not None


def test_before_any_wave_it_is_as_it_would_be_now(service: Service, post: Post) -> None:
    page = make(service)
    found = why(post(), page, now=NOW)
    assert found.wave is None
    assert (found.outcome, words.outcome_of(found), found.position) == ("now", "next", 1)


def test_what_changed_since(service: Service, post: Post) -> None:
    page = make(service, taking_work=False)
    request = post()
    run.match(request.pk, now=NOW)
    ServicePage.objects.filter(pk=page.pk).update(taking_work=True)
    reindex([page.pk])
    assert words.outcome_of(why(request, page, now=NOW)) == "now"


def test_the_cap_is_that_of_the_time_of_the_wave(service: Service, post: Post) -> None:
    page = make(service, daily_leads=1)
    earlier, request = post(), post(title="Another sign")
    run.match(earlier.pk, now=NOW)
    run.match(request.pk, now=NOW + timedelta(minutes=1))
    found = why(request, page, now=NOW + timedelta(days=3))
    assert found.broken == ["cap"]
    assert why(earlier, page, now=NOW + timedelta(days=3)).outcome == "told"


def test_requests_that_were_matched_together_came_one_after_the_other(
    service: Service, post: Post, wave_of_two: None
) -> None:
    capped, others = make(service, daily_leads=2), [make(service) for _number in range(3)]
    # So many that chance, which decides between pages that are alike, tells the capped one of the last of them hardly
    # once in 20,000 times.
    posted = [post(title=f"Sign number {number}") for number in range(20)]
    run.match_waiting(now=NOW)
    later = NOW + timedelta(hours=1)
    assert capped.matches.count() == 2
    for request in posted:
        for page in (capped, *others):
            found = why(request, page, now=later)
            match = request.matches.filter(page=page).first()
            assert found.outcome == "told" if match else found.outcome in ("rules", "rank", "fairness")
            if match is not None:
                assert found.ranked is not None
                assert dict(found.ranked.features).items() <= match.features.items()
    assert ["cap"] in [why(request, capped, now=later).broken for request in posted]


@pytest.mark.parametrize("seed", range(4))
def test_it_is_matchings_own_answer_for_any_page(clara: Member, service: Service, post: Post, seed: int) -> None:
    """Of many pages that differ in everything, those pass that matching finds, and nobody else."""
    chance = random.Random(seed)
    other = factories.make_service()
    pages = [
        factories.make_page(
            indexed=False,
            services=[chance.choice([service, service, service, other])],
            taking_work=chance.random() < 0.8,
            available_from=chance.choice([None, (NOW + timedelta(days=chance.randint(0, 60))).date()]),
            languages=chance.choice([["en"], ["de"], ["en", "de"], ["fr"]]),
            work_location=chance.choice(["remote", "on_site", "both"]),
            latitude=48.2 + chance.random(),
            longitude=16.3 + chance.random(),
            country="AT",
            city="Vienna",
            radius_km=chance.choice([None, 5, 30, 100]),
            pricing=chance.choice(["hourly", "starting", "contact"]),
            rate=chance.randint(1000, 200_000),
            daily_leads=chance.choice([None, 0, 3]),
            status=chance.choice(["published", "published", "published", "paused"]),
            first_published_at=LONG_AGO,
            published_at=LONG_AGO,
        )
        for _number in range(60)
    ]
    reindex([page.pk for page in pages])
    for page in pages[:5]:
        Block.objects.create(blocker=clara, blocked=page.member)
    request = post(
        work_location=chance.choice(["remote", "on_site", "both"]),
        place=PLACE,
        radius_km=chance.choice([None, 40]),
        languages=chance.choice([[], ["de"], ["en"]]),
        budget_type=chance.choice(["fixed", "hourly"]),
        budget_min=None,
        budget_max=90_000,
        currency="EUR",
    )
    found = {subject.candidate.page_id for subject in retrieve.retrieve(request, now=NOW)}
    passing = {page.pk for page in pages if not why(request, page, now=NOW).broken}
    assert passing == found
    assert 0 < len(found) < len(pages)


class TestPageAndApi:
    """Staff ask; nobody else does."""

    @pytest.fixture
    def request_(self, service: Service, post: Post) -> ServiceRequest:
        """A request that was matched."""
        make(service, title="Signs that were told")
        request = post(languages=["en"])
        run.match(request.pk, now=NOW)
        return request

    @pytest.fixture
    def page(self, service: Service) -> ServicePage:
        """A page that does not speak the language."""
        page = make(service, title="Enseignes à la main", languages=["fr"], slug="enseignes")
        page_changed(page.pk)
        return page

    def test_staff_see_rules_and_numbers(
        self, ada: Member, request_: ServiceRequest, page: ServicePage, log_in: LogIn
    ) -> None:
        browser = log_in(ada)
        assert "Why not her?" in browser.get(f"/requests/{request_.pk}/").content.decode()
        for given in (str(page.pk), "enseignes", "https://example.com/services/enseignes/", page.member.email.upper()):
            answer = browser.get(f"/requests/{request_.pk}/why/", {"page": given})
            assert answer.context["picked"] == page
            assert answer.context["why"].broken == ["language"]
        assert (
            f"/requests/{request_.pk}/why/"
            in browser.get(f"/admin/requests/servicerequest/{request_.pk}/change/").content.decode()
        )
        shown = strip_tags(answer.content.decode())
        assert "She breaks a rule of eligibility." in shown
        assert "English" in shown and "French" in shown
        assert (
            "2 if she passed the rules, beside 1 who were considered" in shown
            or "1, among 1 who were considered" in shown
        )

    def test_the_rank_of_then_stands_beside_that_of_now(
        self, ada: Member, request_: ServiceRequest, page: ServicePage, log_in: LogIn
    ) -> None:
        browser, told = log_in(ada), request_.matches.get()
        pause_page(actor=told.page.member, page=told.page, now=NOW)
        answer = browser.get(f"/requests/{request_.pk}/why/", {"page": str(told.page_id)})
        shown = " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())
        assert "She was told. " in shown
        assert "Rank when she was told 1 Rank now –" in shown
        assert "by the ranking in force now; leads are counted up to that wave" in shown
        other = strip_tags(browser.get(f"/requests/{request_.pk}/why/", {"page": str(page.pk)}).content.decode())
        assert "Rank when she was told" not in other

    def test_words_offer_pages_to_choose_from(self, ada: Member, request_: ServiceRequest, log_in: LogIn) -> None:
        answer = log_in(ada).get(f"/requests/{request_.pk}/why/", {"page": "signs told"})
        assert [page.title for page in answer.context["offered"]] == ["Signs that were told"]
        assert log_in(ada).get(f"/requests/{request_.pk}/why/", {"page": "\0zzqq"}).status_code in (200, 400)
        assert log_in(ada).get(f"/requests/{request_.pk}/why/").status_code == 200

    def test_nobody_else_finds_the_page(
        self, clara: Member, sam: Member, request_: ServiceRequest, page: ServicePage, log_in: LogIn
    ) -> None:
        for member in (clara, sam, page.member):
            assert log_in(member).get(f"/requests/{request_.pk}/why/", {"page": str(page.pk)}).status_code == 404
        assert log_in(None).get(f"/requests/{request_.pk}/why/").status_code == 302
        assert "Why not her?" not in log_in(clara).get(f"/requests/{request_.pk}/").content.decode()

    def test_the_api_says_the_same(self, ada: Member, request_: ServiceRequest, page: ServicePage, api: Api) -> None:
        found = api(ada).get(f"/api/v1/requests/{request_.pk}/why/", {"page": "enseignes"}).json()
        assert found["outcome"] == "rules"
        assert {rule["rule"]: rule["passed"] for rule in found["rules"]}["language"] is False
        assert {rule["rule"]: rule["passed"] for rule in found["rules"]}["invited"] is None
        assert 0.5 + sum(feature["adds"] for feature in found["features"]) == pytest.approx(found["score"], abs=0.001)
        assert (found["wave"], found["told_rank"], found["considered"]) == (1, None, 1)
        told = request_.matches.get()
        found = api(ada).get(f"/api/v1/requests/{request_.pk}/why/", {"page": str(told.page_id)}).json()
        assert (found["outcome"], found["rank"], found["told_rank"]) == ("told", 1, 1)

    def test_the_api_refuses(
        self, ada: Member, clara: Member, sam: Member, request_: ServiceRequest, page: ServicePage, api: Api
    ) -> None:
        url = f"/api/v1/requests/{request_.pk}/why/"
        assert api(None).get(url, {"page": "enseignes"}).status_code == 401
        assert api(sam).get(url, {"page": "enseignes"}).status_code == 404
        assert api(clara).get(url, {"page": "enseignes"}).status_code == 403
        for given in ({}, {"page": "nothing"}, {"page": ""}, {"page": "enseignes", "wave": "1"}):
            assert api(ada).get(url, given).status_code == 400

    def test_it_costs_the_same_for_one_and_for_many(
        self,
        ada: Member,
        service: Service,
        request_: ServiceRequest,
        page: ServicePage,
        api: Api,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _number in range(15):
            make(service)
        url = f"/api/v1/requests/{request_.pk}/why/"
        api(ada).get(url, {"page": "enseignes"})
        with django_assert_max_num_queries(32):
            api(ada).get(url, {"page": "enseignes"})
