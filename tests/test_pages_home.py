"""The start page: empty and full, for strangers and members."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from requests.models import Match
from services.models import PageStatus, ServicePage
from tests import factories

LogIn = Callable[[Member | None], Client]


@pytest.mark.django_db
def test_an_empty_marketplace_invites_the_first_provider(log_in: LogIn) -> None:
    answer = log_in(None).get("/")
    assert answer.status_code == 200
    assert "you could be first" in answer.content.decode()
    assert "service page</dt>" not in answer.content.decode()


def test_pages_stand_there_with_price_and_place(log_in: LogIn, page: ServicePage) -> None:
    html = log_in(None).get("/").content.decode()
    assert f'href="/services/{page.slug}/"' in html
    assert page.title in html
    assert "1</dd>" in html
    assert "Logo design" in html


def test_what_is_not_published_does_not_stand_there_even_while_the_rest_is_cached(
    log_in: LogIn, page: ServicePage
) -> None:
    ServicePage.objects.filter(pk=page.pk).update(rating_count=5, rating_sum=24)
    browser = log_in(None)
    assert "Highly rated" in browser.get("/").content.decode()
    ServicePage.objects.filter(pk=page.pk).update(status=PageStatus.PAUSED)
    html = browser.get("/").content.decode()
    assert page.title not in html
    assert "Highly rated" not in html


def test_members_see_what_waits_for_them(log_in: LogIn, clara: Member, paul: Member, page: ServicePage) -> None:
    request = factories.make_request(clara, status="open")
    Match.objects.create(request=request, page=page, rank=1, score=0.5, notified_at=timezone.now())
    assert "1 active request<" in log_in(clara).get("/").content.decode()
    html = log_in(paul).get("/").content.decode()
    assert "1 new lead<" in html
    assert "Your page is published" in html
    assert "Hello" not in log_in(None).get("/").content.decode()


def test_the_number_of_queries_does_not_grow(
    log_in: LogIn, page: ServicePage, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        factories.make_page(slug=f"another-{number}")
    browser = log_in(None)
    with django_assert_max_num_queries(12):
        browser.get("/")
    with django_assert_max_num_queries(4):
        browser.get("/")


@pytest.mark.django_db
def test_only_reading_is_answered(log_in: LogIn) -> None:
    assert log_in(None).post("/").status_code == 405


def test_few_best_reviews_do_not_beat_many_good_ones(log_in: LogIn, page: ServicePage) -> None:
    other = factories.make_page(slug="much-praised", title="Much praised")
    ServicePage.objects.filter(pk=page.pk).update(rating_count=2, rating_sum=10)
    ServicePage.objects.filter(pk=other.pk).update(rating_count=40, rating_sum=196)
    html = log_in(None).get("/").content.decode()
    assert html.index("Much praised") < html.index(page.title)


def test_both_sides_learn_at_once_what_this_is(log_in: LogIn, page: ServicePage) -> None:
    html = log_in(None).get("/").content.decode()
    hero = html[html.index('class="hero"') : html.index("</section>")]
    assert 'href="/requests/new/"' in hero
    assert 'href="/services/new/"' in hero
