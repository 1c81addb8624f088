"""What every engine of the search index does alike, and that they agree."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from threading import Barrier, Thread
from typing import Any, Final

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from marketplace.clock import utc_now
from services import actions
from services.models import Service, ServicePage
from services.search import facets, meant
from services.search.engine import Found, search
from services.search.engines.base import Engine
from services.search.engines.chosen import engine
from services.search.engines.columns.engine import ColumnsEngine
from services.search.engines.columns.writing import write_all
from services.search.engines.postgresql import PostgreSQLEngine
from services.search.index import candidates, candidates_of_all
from services.search.query import SearchQuery
from services.search.statistics import count_words
from tests import factories
from tests.candidates import TODAY, candidate_query

KINDS: Final = ("postgresql", "columns")
PAGES: Final = 120
WORDS: Final = ("garden", "roof", "kitchen", "wedding", "logo", "piano", "careful", "quick", "work", "plan")
CITIES: Final = (("AT", "Vienna", 48.2082, 16.3738), ("AT", "Graz", 47.0707, 15.4395), ("FR", "Lyon", 45.76, 4.84))
SEARCHES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"text": "garden"},
    {"text": "careful logo"},
    {"text": "careful piano wedding roof"},
    {"text": "gardn"},
    {"text": "gardening"},
    {"text": "nothinglikeit"},
    {"text": "quick work", "country": "AT"},
    {"text": "quick work", "language": "de", "min_rating": 4.0},
    {"text": "kitchen", "remote": False},
    {"text": "kitchen", "remote": True, "available": True},
    {"text": "roof", "service": "gardening"},
    {"text": "roof", "group": "design-branding"},
    {"service": "no-such-service"},
    {"skill": "python"},
    {"max_eur": 40.0},
    {"latitude": 48.2, "longitude": 16.37, "radius_km": 30.0},
    {"sort": "rating"},
    {"sort": "newest", "text": "work"},
    {"sort": "price", "country": "FR"},
)


def use(kind: str, settings: Any) -> None:
    """Makes this the engine of the process from now on."""
    settings.SEARCH_ENGINE = kind
    engine.cache_clear()
    if kind == "columns":
        write_all()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nothing is remembered of another test."""
    meant.forget()
    yield
    engine.cache_clear()
    meant.forget()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, db: None, settings: Any) -> str:
    """Each of the engines."""
    use(request.param, settings)
    return str(request.param)


@pytest.fixture
def crowd(db: None) -> list[ServicePage]:
    """Pages that differ in everything that is searched by."""
    random = Random(11)
    services = list(Service.objects.filter(slug__in=["logo-design", "gardening", "songwriting"]).order_by("slug"))
    return [_page(random, services, number) for number in range(PAGES)]


def _page(random: Random, services: list[Service], number: int) -> ServicePage:
    country, city, latitude, longitude = random.choice(CITIES)
    pricing = random.choice(["hourly", "starting", "contact"])
    count = random.choice([0, 0, 3, 40])
    return factories.make_page(
        services=random.sample(services, random.choice([1, 1, 2])),
        title=" ".join(random.sample(WORDS, 3)),
        about=" ".join(random.choices(WORDS, k=12)),
        skills=random.sample(["python", "pruning", "drawing", "scales"], 2),
        languages=random.sample(["en", "de", "fr"], random.choice([1, 2])),
        country=country,
        city=city,
        latitude=latitude + random.uniform(-0.1, 0.1),
        longitude=longitude,
        radius_km=random.choice([None, 10, 80]),
        work_location=random.choice(["remote", "on_site", "both"]),
        pricing=pricing,
        rate=None if pricing == "contact" else random.randrange(2000, 9000),
        rating_count=count,
        rating_sum=count * random.choice([3, 4, 5]),
        hours_per_week=random.choice([None, 10, 40]),
        taking_work=random.random() < 0.8,
        available_from=random.choice([None, TODAY, TODAY + timedelta(days=60)]),
        first_published_at=utc_now() - timedelta(days=number, minutes=1),
    )


def counts(found: Found) -> tuple[Any, ...]:
    """What a search counted."""
    facets = {name: {value.value: value.count for value in values} for name, values in found.facets.items()}
    return found.total, facets, found.scope.loosely


def places(found: Found) -> dict[Any, Any]:
    """The results with what they are sorted by, as nearly as numbers rounded to a byte can tell."""
    return {hit.row.page_id: pytest.approx(hit.row.order, rel=1e-9, abs=3e-3) for hit in found.hits}


def test_the_setting_chooses(settings: Any, db: None) -> None:
    chosen: list[Engine] = []
    for kind in KINDS:
        use(kind, settings)
        chosen.append(engine())
    assert [type(each) for each in chosen] == [PostgreSQLEngine, ColumnsEngine]


@pytest.mark.parametrize("given", SEARCHES, ids=str)
def test_searches_agree(crowd: list[ServicePage], settings: Any, given: dict[str, Any]) -> None:
    count_words()
    now = utc_now()
    answers = []
    for kind in KINDS:
        use(kind, settings)
        answers.append(search(SearchQuery(**given), now=now, size=PAGES))
    one, other = answers
    assert counts(one) == counts(other)
    assert {hit.row.page_id: hit.row.order for hit in one.hits} == places(other)
    orders = [hit.row.order for hit in other.hits]
    assert orders == sorted(orders)


def test_some_searches_find_something(crowd: list[ServicePage], kind: str) -> None:
    count_words()
    found = [search(SearchQuery(**given), now=utc_now()).total for given in SEARCHES]
    empty = [given for given, total in zip(SEARCHES, found, strict=True) if not total]
    assert empty == [{"text": "nothinglikeit"}, {"service": "no-such-service"}]
    assert any(total < PAGES for total in found)


def test_a_walk_meets_every_page_once(crowd: list[ServicePage], kind: str) -> None:
    query = SearchQuery(text="careful work")
    met: list[Any] = []
    found = search(query, now=utc_now(), size=7)
    total = found.total
    while True:
        met += [hit.row.page_id for hit in found.hits]
        if not found.cursor:
            break
        found = search(query, now=utc_now(), size=7, cursor=found.cursor)
    assert len(met) == len(set(met)) == total > 14


def test_what_changes_during_a_walk_is_passed_over(crowd: list[ServicePage], kind: str) -> None:
    first = search(SearchQuery(), now=utc_now(), size=60)
    last = search(SearchQuery(), now=utc_now(), size=PAGES).hits[-1].row.page_id
    page = ServicePage.objects.get(pk=last)
    actions.pause_page(actor=page.member, page=page, now=utc_now())
    actions.publish_page(actor=page.member, page=page, now=utc_now())
    rest = search(SearchQuery(), now=utc_now(), size=60, cursor=first.cursor or "")
    assert last not in {hit.row.page_id for hit in rest.hits}
    assert search(SearchQuery(), now=utc_now()).total == PAGES


def test_what_is_written_while_a_walk_begins_is_on_its_first_page_and_comes_once(
    crowd: list[ServicePage], kind: str
) -> None:
    count_words()
    began = utc_now()
    page = factories.make_page(title="Zauberhafte Logos")
    first = search(SearchQuery(text="zauberhafte logos work"), now=began, size=7)
    assert page.pk in {hit.row.page_id for hit in first.hits}
    rest = search(SearchQuery(text="zauberhafte logos work"), now=utc_now(), size=PAGES, cursor=first.cursor or "")
    assert page.pk not in {hit.row.page_id for hit in rest.hits}


ANY: Final = {"text": "A careful logo for our kitchen", "skills": ("Drawing", "Python"), "languages": ()}
REQUESTS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"languages": ("de", "fr")},
    {"remote_ok": False, "on_site": True, "latitude": 48.2082, "longitude": 16.3738},
    {"on_site": True, "latitude": 48.2082, "longitude": 16.3738, "radius_km": 5},
    {"budget_max": 4000, "currency": "EUR"},
    {"budget_type": "fixed", "budget_max": 4000, "currency": "USD"},
    {"limit": 5},
    {"text": "nothinglikeit"},
)


def test_the_service_that_is_meant_is_among_the_values_of_its_facet(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though more pages that have the word offer others."""
    monkeypatch.setattr(facets, "MOST", 2)
    wanted = factories.make_service("pipe-work", name="Pipe work")
    for number, slug in enumerate(("logo-design", "gardening", "songwriting")):
        service = Service.objects.get(slug=slug)
        for _page in range(2 + number):
            factories.make_page(services=[service], title="Pipe work and more")
    factories.make_page(services=[wanted], title="Pipe work")
    count_words()
    for kind in KINDS:
        use(kind, settings)
        for query in (SearchQuery(text="pipe work"), SearchQuery(text="pipe work", service="pipe-work")):
            values = search(query, now=utc_now()).facets["service"]
            assert [(each.value, each.count) for each in values] == [("songwriting", 4), ("pipe-work", 1)], kind


@pytest.mark.parametrize("changes", REQUESTS, ids=str)
def test_candidates_agree(crowd: list[ServicePage], settings: Any, changes: dict[str, Any]) -> None:
    count_words()
    service = Service.objects.get(slug="logo-design")
    found = []
    for kind in KINDS:
        use(kind, settings)
        found.append({each.page_id: each for each in candidates(candidate_query(service, **ANY | changes))})
    ours, theirs = found
    assert ours
    assert ours.keys() == theirs.keys()
    for page_id, one in ours.items():
        other = theirs[page_id]
        for name in ("member_id", "pricing", "shared_languages", "shared_skills", "rating_count", "hours_per_week"):
            assert getattr(one, name) == getattr(other, name)
        for name in ("similarity", "words", "distance_km", "rate_eur", "rating"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=2e-3)
        assert abs(one.first_published_at - other.first_published_at) < timedelta(milliseconds=1)


def test_many_requests_find_what_each_finds_alone(crowd: list[ServicePage], kind: str) -> None:
    count_words()
    service = Service.objects.get(slug="logo-design")
    texts = ("", "A careful garden", "gardn roof", "piano 00017", "weding kitchen roof", "A careful garden")
    queries = [
        candidate_query(service, **ANY | changes | {"text": text})
        for text in texts
        for changes in REQUESTS
        if "text" not in changes
    ]
    assert candidates_of_all(queries) == [candidates(query) for query in queries]
    assert any(candidates_of_all(queries))
    assert candidates_of_all([]) == []


def test_who_is_left_out(crowd: list[ServicePage], kind: str) -> None:
    service = Service.objects.get(slug="logo-design")

    def asked(**changes: Any) -> list[Any]:
        return [each.page_id for each in candidates(candidate_query(service, **ANY, **changes))]

    every = asked()
    member = ServicePage.objects.get(pk=every[0]).member_id
    assert asked(exclude_members=frozenset([member]), exclude_pages=frozenset(every[1:2])) == every[2:]
    assert asked(only_pages=frozenset(every[3:5])) == every[3:5]


def test_who_is_asked_in_person_need_not_fit(crowd: list[ServicePage], kind: str) -> None:
    service = Service.objects.get(slug="logo-design")
    demanding = {"languages": ("de",), "remote_ok": False, "budget_max": 100, "currency": "EUR"}
    every = frozenset(page.pk for page in crowd)
    found = candidates(candidate_query(service, **demanding, only_pages=every, limit=len(crowd)))
    assert {each.page_id for each in found} == every
    left_out = {"exclude_members": frozenset([crowd[0].member_id]), "exclude_pages": frozenset([crowd[1].pk])}
    found = candidates(candidate_query(service, **demanding, **left_out, only_pages=every, limit=len(crowd)))
    assert {each.page_id for each in found}.isdisjoint({crowd[0].pk, crowd[1].pk})


def test_changes_show_at_once(page: ServicePage, kind: str) -> None:
    def titles() -> list[str]:
        hits = search(SearchQuery(text="trellis"), now=utc_now()).hits
        return [ServicePage.objects.get(pk=hit.row.page_id).title for hit in hits if hit.row.words > 0]

    def eligible() -> int:
        return len(candidates(candidate_query(page.services.get())))

    assert (titles(), eligible()) == ([], 1)
    actions.update_page(actor=page.member, page=page, changes={"title": "Trellis and fence"}, now=utc_now())
    count_words()
    assert (titles(), eligible()) == (["Trellis and fence"], 1)
    actions.pause_page(actor=page.member, page=page, now=utc_now())
    assert (titles(), eligible()) == ([], 0)
    actions.publish_page(actor=page.member, page=page, now=utc_now())
    assert (titles(), eligible()) == (["Trellis and fence"], 1)
    page.delete()
    assert titles() == []


def test_what_is_rolled_back_never_was(page: ServicePage, kind: str) -> None:
    assert search(SearchQuery(), now=utc_now()).total == 1
    with transaction.atomic():
        actions.pause_page(actor=page.member, page=page, now=utc_now())
        factories.make_page()
        factories.make_page()
        assert search(SearchQuery(), now=utc_now()).total == 2
        transaction.set_rollback(True)
    assert search(SearchQuery(), now=utc_now()).total == 1
    assert [hit.row.page_id for hit in search(SearchQuery(), now=utc_now()).hits] == [page.pk]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_transaction_that_commits_late_is_not_missed(
    kind: str, settings: Any, django_db_blocker: DjangoDbBlocker
) -> None:
    use(kind, settings)
    early = factories.make_page()
    assert search(SearchQuery(), now=utc_now()).total == 1
    written, looked = Barrier(2, timeout=30), Barrier(2, timeout=30)

    def late() -> None:
        with django_db_blocker.unblock():
            try:
                with transaction.atomic():
                    factories.make_page()
                    written.wait()
                    looked.wait()
            finally:
                connection.close()

    thread = Thread(target=late)
    thread.start()
    written.wait()
    actions.pause_page(actor=early.member, page=early, now=utc_now())
    factories.make_page()
    assert search(SearchQuery(), now=utc_now()).total == 1
    looked.wait()
    thread.join(30)
    found = search(SearchQuery(), now=utc_now())
    assert found.total == 2
    assert early.pk not in {hit.row.page_id for hit in found.hits}


def test_looking_again_costs_one_query(
    page: ServicePage, settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    use("columns", settings)
    search(SearchQuery(country="AT"), now=utc_now())
    with django_assert_num_queries(1):
        search(SearchQuery(country="FR"), now=utc_now())
