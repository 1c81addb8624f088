"""Which pages may be matched to a request, rule by rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Member
from marketplace.clock import utc_now
from services import actions
from services.models import SearchEntry, Service, ServicePage
from services.search.candidates import every_candidate, find_candidates
from services.search.index import candidates, reindex
from tests import factories
from tests.candidates import TODAY, candidate_query

VIENNA: dict[str, Any] = {"country": "AT", "city": "Vienna", "latitude": 48.2082, "longitude": 16.3738}
GRAZ: dict[str, Any] = {"country": "AT", "city": "Graz", "latitude": 47.0707, "longitude": 15.4395}
Ask = Callable[..., list[ServicePage]]


@pytest.fixture
def ask(service: Service) -> Ask:
    """The pages that are candidates for a request for a logo, best first."""

    def pages(**changes: Any) -> list[ServicePage]:
        found = {page.pk: page for page in ServicePage.objects.all()}
        return [found[candidate.page_id] for candidate in candidates(candidate_query(service, **changes))]

    return pages


def near(**place: Any) -> dict[str, Any]:
    """A request for work on site here."""
    return {"remote_ok": False, "on_site": True, "latitude": place["latitude"], "longitude": place["longitude"]}


def test_the_page_is_a_candidate(page: ServicePage, ask: Ask) -> None:
    assert ask() == [page]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "paused"},
        {"status": "draft"},
        {"taking_work": False},
        {"available_from": TODAY + timedelta(days=31)},
        {"languages": ["de"]},
        {"work_location": "on_site", **VIENNA},
    ],
)
def test_what_takes_a_page_out(page: ServicePage, ask: Ask, fields: dict[str, Any]) -> None:
    ServicePage.objects.filter(pk=page.pk).update(**fields)
    reindex([page.pk])
    assert ask() == []


def test_only_the_service_asked_for(page: ServicePage, ask: Ask) -> None:
    assert ask(service_id=factories.make_service().pk) == []


def test_place_and_both_radii(paul: Member, service: Service, ask: Ask) -> None:
    page = factories.make_page(paul, services=[service], work_location="on_site", radius_km=30, **VIENNA)
    assert ask(**near(**VIENNA)) == [page]
    assert ask(**near(**GRAZ)) == []
    assert ask(remote_ok=True) == []
    far = factories.make_page(services=[service], work_location="both", radius_km=200, **VIENNA)
    assert ask(**near(**GRAZ)) == [far]
    assert ask(**near(**GRAZ), radius_km=100) == []
    assert ask() == [far]


def test_prices_are_compared_across_currencies(paul: Member, service: Service, ask: Ask) -> None:
    page = factories.make_page(paul, services=[service], rate=5000, currency="EUR")
    assert ask(budget_max=5000, currency="EUR") == [page]
    assert ask(budget_max=4999, currency="EUR") == []
    assert ask(budget_max=20_000, currency="USD") == [page]
    assert ask(budget_max=1000, currency="JPY") == []
    assert ask(budget_max=4999, currency="EUR", budget_type="fixed") == [page]


def test_a_price_without_a_rate_passes(paul: Member, service: Service, ask: Ask) -> None:
    page = factories.make_page(paul, services=[service], rate=5000, currency="ZWG")
    assert ask(budget_max=1, currency="EUR") == [page]


def test_exclusions_and_invitations(page: ServicePage, ask: Ask) -> None:
    assert ask(exclude_members=frozenset([page.member_id])) == []
    assert ask(exclude_pages=frozenset([page.pk])) == []
    assert ask(only_pages=frozenset()) == []
    assert ask(only_pages=frozenset([page.pk])) == [page]


def test_the_nearer_meaning_comes_first(service: Service, ask: Ask) -> None:
    other = factories.make_page(services=[service], title="Accounts and tax returns", about="Bookkeeping for shops.")
    best = factories.make_page(services=[service], title="Logos for cafés and roasteries", about="Coffee brands.")
    assert ask() == [best, other]


@pytest.mark.parametrize("text", ["", "\0", "' | & !", "😀", "x" * 100_000, "half \ud800"])
def test_any_text_is_safe(page: ServicePage, ask: Ask, text: str) -> None:
    assert ask(text=text) == [page]


def test_pausing_leaves_the_index_at_once(
    paul: Member, page: ServicePage, ask: Ask, django_assert_max_num_queries: Any
) -> None:
    actions.pause_page(actor=paul, page=page, now=utc_now())
    assert not SearchEntry.objects.exists()
    actions.publish_page(actor=paul, page=page, now=utc_now())
    with django_assert_max_num_queries(4):
        assert ask() == [page]


def test_what_is_compared_by_words_too_is_what_the_whole_ranking_has_first(service: Service, page: ServicePage) -> None:
    subjects = ("bakeries", "banks", "bands", "schools", "hotels", "clinics")
    for number in range(30):
        factories.make_page(services=[service], title=f"Logos for {subjects[number % 6]}", about="Brands and marks.")
        factories.make_page(title=f"Cakes for {subjects[number % 6]}", about="Baking.")
    query = candidate_query(service, text="A logo for our school", limit=20)
    found = find_candidates(query)
    assert [each.page_id for each in found] == [each.page_id for each in every_candidate(query)]
    assert len(found) == 20
    assert len(every_candidate(candidate_query(service, limit=200))) == 31
