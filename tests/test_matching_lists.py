"""The lists of services that matching reads: whole at every moment, and as good as comparing everything."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from django.db import connection

from accounts.models import Member
from marketplace.clock import utc_now
from services import actions
from services.models import (
    PageService,
    PageVector,
    SearchEntry,
    SearchStatistics,
    Service,
    ServiceCell,
    ServicePage,
    ServicePosting,
)
from services.search import candidates, cells, statistics
from services.search.candidates import every_candidate, find_candidates
from services.search.index import add_new, finish_bulk, prepare_bulk, ratings_changed, reindex
from services.search.sketches import Planes
from tests import factories
from tests.candidates import candidate_query
from tests.listing import SUBJECTS, THINGS, changing, divide_soon, divided, make_pages


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are divided from twenty pages on."""
    divide_soon(monkeypatch)


def listed() -> set[tuple[Any, ...]]:
    """What the lists say of each page, but for where it is in them."""
    return set(
        ServicePosting.objects.values_list(
            "service_id", "page_id", "rate_eur", "quality", "taking_work", "remote", "pricing"
        )
    )


def offered() -> set[tuple[Any, ...]]:
    """What they have to say."""
    return {
        (service, entry.pk, entry.rate_eur, entry.quality, entry.taking_work, entry.remote, entry.pricing)
        for entry in SearchEntry.objects.all()
        for service in entry.service_ids
    }


def test_the_list_is_as_the_page_is(paul: Member, page: ServicePage, service: Service) -> None:
    assert listed() == offered() != set()
    PageService.objects.create(page=page, service=factories.make_service(), position=1)
    ServicePage.objects.filter(pk=page.pk).update(rate=7700, languages=["de"])
    reindex([page.pk])
    assert listed() == offered()
    assert len(listed()) == 2
    PageService.objects.filter(page=page, service=service).delete()
    reindex([page.pk])
    ServicePage.objects.filter(pk=page.pk).update(rating_sum=9, rating_count=2)
    ratings_changed([page.pk])
    assert listed() == offered()
    assert len(listed()) == 1
    actions.pause_page(actor=paul, page=page, now=utc_now())
    assert not ServicePosting.objects.exists()
    actions.publish_page(actor=paul, page=page, now=utc_now())
    assert listed() == offered() != set()
    ServicePage.objects.get(pk=page.pk).delete()
    assert not ServicePosting.objects.exists()


def test_few_pages_are_not_divided(page: ServicePage, service: Service) -> None:
    statistics.count_words()
    assert cells.divide_lists() == 0
    assert not ServiceCell.objects.exists()


@pytest.mark.usefixtures("short")
def test_a_divided_list_gives_what_comparing_everything_gives(service: Service) -> None:
    divided(service)
    assert not ServicePosting.objects.filter(sketch=None).exists()
    assert ServicePosting.objects.values("cell").distinct().count() > 5
    for changes in ({}, {"languages": ("de",)}, {"budget_max": 4000, "currency": "EUR"}, {"text": "Signs for a farm"}):
        asked = candidate_query(service, limit=20, **changes)
        assert find_candidates(asked) == every_candidate(asked) != []


@pytest.mark.usefixtures("short")
def test_the_nearest_part_of_a_long_list_has_nearly_all(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    divided(service, 160)
    monkeypatch.setattr(candidates, "READ", 60)
    monkeypatch.setattr(candidates, "LOOKED_AT", 30)
    shares = []
    for thing, subject in product(THINGS, SUBJECTS):
        asked = candidate_query(service, text=f"{thing} for {subject}", limit=5)
        exact = {each.page_id for each in every_candidate(asked)}
        shares.append(len(exact & {each.page_id for each in find_candidates(asked)}) / len(exact))
    assert sum(shares) / len(shares) >= 0.9


@pytest.mark.usefixtures("short")
def test_whoever_has_no_vector_yet_is_matched_too(service: Service) -> None:
    pages = divided(service)
    new = factories.make_page(services=[service], title="Logos for schools", indexed=False)
    actions.pause_page(actor=new.member, page=new, now=utc_now())
    actions.publish_page(actor=new.member, page=new, now=utc_now())
    PageVector.objects.filter(page=new).delete()
    posting = ServicePosting.objects.filter(page_id=new.pk)
    posting.update(cell=0, sketch=None, reach=None)
    found = {each.page_id: each for each in find_candidates(candidate_query(service, languages=()))}
    assert len(found) == len(pages) + 1
    assert found[new.pk].similarity == 0
    reindex([new.pk])
    assert posting.get().cell in ServiceCell.objects.values_list("pk", flat=True)
    assert {each.page_id: each for each in find_candidates(candidate_query(service))}[new.pk].similarity > 0


@pytest.mark.usefixtures("short")
def test_a_text_without_a_meaning_is_matched_by_quality(service: Service) -> None:
    divided(service)
    asked = candidate_query(service, text="", limit=20)
    assert find_candidates(asked) == every_candidate(asked)


@pytest.mark.usefixtures("short")
def test_a_list_is_divided_anew_when_it_has_grown(service: Service) -> None:
    divided(service, 40)
    before = set(ServiceCell.objects.values_list("pk", flat=True))
    assert cells.divide_lists() == 0
    reindex([page.pk for page in make_pages(service, 60)])
    statistics.count_words()
    assert cells.divide_lists() == 1
    now_open = set(ServiceCell.objects.filter(is_open=True).values_list("pk", flat=True))
    assert not before & now_open
    assert set(ServicePosting.objects.values_list("cell", flat=True)) <= now_open
    assert ServicePosting.objects.count() == 100
    SearchStatistics.objects.update(divided_by="another")
    assert cells.divide_lists() == 1
    assert not ServiceCell.objects.filter(pk__in=before).exists()


@pytest.mark.usefixtures("short")
def test_many_pages_at_once_are_listed_in_the_order_of_their_cells(service: Service) -> None:
    prepare_bulk()
    pages = make_pages(service, 60)
    add_new([(page, [service]) for page in pages])
    assert not ServicePosting.objects.exists()
    finish_bulk()
    assert listed() == offered()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cell FROM services_serviceposting ORDER BY ctid")
        in_order = [cell for (cell,) in cursor.fetchall()]
    assert in_order == sorted(in_order)
    assert len(set(in_order)) > 3
    later = factories.make_page(services=[service], title="Logos for schools")
    assert ServicePosting.objects.get(page_id=later.pk).cell in in_order
    asked = candidate_query(service, limit=20)
    assert find_candidates(asked) == every_candidate(asked)


def test_the_estimate_of_a_product_is_near() -> None:
    vectors = np.random.default_rng(1).normal(size=(200, 256)).astype("float32")
    planes = Planes.of(vectors[0])
    values = planes.parameters("q")
    for other in vectors[1:]:
        reach = float((other**2).sum() / abs(other).sum())
        bits = "".join("1" if number > 0 else "0" for number in other)
        apart = [sum(one != two for one, two in zip(bits, plane, strict=True)) for plane in planes.bits]
        signs = values["q_whole"] - 2 * sum(2**number * count for number, count in enumerate(apart))
        spread = float((other**2).sum() * (vectors[0] ** 2).sum()) ** 0.5
        assert abs(reach * planes.step * signs - float(other @ vectors[0])) < 0.2 * spread
    assert Planes.of(vectors[0] * 0).step == 1.0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short")
def test_matching_while_pages_change_and_lists_are_divided() -> None:
    service = factories.make_service("lettering", name="Lettering")
    pages = divided(service, 60)
    asked = candidate_query(service, languages=(), limit=200)
    with changing(pages) as (steady, _moving):
        always = {page.pk for page in steady}
        for _round in range(40):
            found = [each.page_id for each in find_candidates(asked)]
            assert len(found) == len(set(found))
            assert always <= set(found)
    assert listed() == offered()
    assert len(listed()) == 60
    known = set(ServiceCell.objects.values_list("pk", flat=True))
    assert set(ServicePosting.objects.values_list("cell", flat=True)) <= known
    assert find_candidates(asked) == every_candidate(asked)
