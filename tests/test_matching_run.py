"""Matching against the database: eligibility, waves, caps, and what happens twice or at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Block, Member
from notifications.models import Event
from requests import actions
from requests.matching import run, tasks
from requests.models import Match, Matching, ServiceRequest
from services.models import Service, ServicePage
from services.search.index import reindex
from sitesettings.models import SiteSettings
from tests import factories
from tests.test_requests_actions import values

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)
Post = Callable[..., ServiceRequest]


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


def pages_of(request: ServiceRequest) -> set[ServicePage]:
    """The pages that the request was announced to."""
    return {match.page for match in request.matches.select_related("page")}


def make_pages(count: int, service: Service, **fields: Any) -> list[ServicePage]:
    """Published pages that offer the service."""
    times = {"first_published_at": LONG_AGO, "published_at": LONG_AGO}
    return [factories.make_page(services=[service], **times | fields) for _ in range(count)]


def test_all_are_matched_where_ten_are_eligible(service: Service, post: Post) -> None:
    pages = make_pages(10, service)
    request = post()
    assert run.match(request.pk, now=NOW) == 10
    request.refresh_from_db()
    assert (request.matching, request.matched_at) == (Matching.DONE, NOW)
    assert request.next_wave_at == NOW + timedelta(hours=24)
    assert pages_of(request) == set(pages)
    assert sorted(request.matches.values_list("rank", flat=True)) == list(range(1, 11))
    scores = list(request.matches.order_by("rank").values_list("score", flat=True))
    assert scores == sorted(scores, reverse=True)
    assert request.waves.get().candidates == 10


def test_a_rerun_changes_nothing(service: Service, post: Post) -> None:
    make_pages(3, service)
    request = post()
    assert run.match(request.pk, now=NOW) == 3
    assert run.match(request.pk, now=NOW) == 0
    assert request.matches.count() == 3
    assert Event.objects.filter(kind="request.matched").count() == 1


def test_nobody_eligible_is_told_to_the_client(post: Post) -> None:
    request = post()
    assert run.match(request.pk, now=NOW) == 0
    request.refresh_from_db()
    assert request.matching == Matching.DONE
    event = Event.objects.get(kind="request.no_match")
    assert event.fanned_out_at == NOW


def test_the_client_and_those_in_dispute_are_left_out(
    clara: Member, service: Service, post: Post, django_user_model: Any
) -> None:
    mine = factories.make_page(clara, services=[service])
    blocked, blocker, inactive, fine = make_pages(4, service)
    Block.objects.create(blocker=clara, blocked=blocked.member)
    Block.objects.create(blocker=blocker.member, blocked=clara)
    django_user_model.objects.filter(pk=inactive.member_id).update(is_active=False)
    reindex([inactive.pk])
    request = post()
    run.match(request.pk, now=NOW)
    assert pages_of(request) == {fine}
    assert mine not in pages_of(request)


def test_only_invited_pages_and_no_waves(service: Service, post: Post) -> None:
    asked, _other = make_pages(2, service)
    request = post(visibility="invited", invited_pages=[asked.pk])
    run.match(request.pk, now=NOW)
    request.refresh_from_db()
    assert pages_of(request) == {asked}
    assert request.next_wave_at is None


def test_waves_follow_until_there_are_proposals(service: Service, post: Post) -> None:
    make_pages(25, service)
    request = post()
    run.match(request.pk, now=NOW)
    assert run.due_for_wave(now=NOW + timedelta(hours=23)) == []
    later = NOW + timedelta(hours=24)
    assert run.due_for_wave(now=later) == [request.pk]
    assert run.match_again(now=later) == 1
    assert run.match_again(now=later) == 0
    assert request.matches.count() == len(pages_of(request)) == 20
    assert sorted(request.matches.values_list("rank", flat=True)) == list(range(1, 21))
    ServiceRequest.objects.filter(pk=request.pk).update(proposal_count=3)
    assert run.due_for_wave(now=NOW + timedelta(hours=48)) == []


def test_places_are_kept_for_new_providers(service: Service, post: Post) -> None:
    old = make_pages(12, service, rating_sum=500, rating_count=100)
    for page in old:
        factories.make_request(status="open").matches.create(page=page, rank=1, score=1, created_at=NOW)
    new = make_pages(3, service, about="No words in common.", first_published_at=NOW, rating_sum=30, rating_count=20)
    request = post()
    run.match(request.pk, now=NOW)
    assert len(pages_of(request) & set(new)) >= 2
    assert request.matches.filter(reserved_place=True).count() >= 1


@pytest.mark.parametrize(("own", "site", "told"), [(1, 20, False), (None, 1, False), (2, 20, True), (5, 1, False)])
def test_daily_caps_hold(service: Service, post: Post, own: int | None, site: int, told: bool) -> None:
    SiteSettings(daily_leads_per_provider=site).save()
    page = make_pages(1, service, daily_leads=own)[0]
    factories.make_request(status="open").matches.create(
        page=page, rank=1, score=1, created_at=NOW - timedelta(hours=23)
    )
    request = post()
    assert run.match(request.pk, now=NOW) == told
    assert run.match(post().pk, now=NOW + timedelta(hours=25)) == 1


def test_closed_meanwhile(clara: Member, service: Service, post: Post) -> None:
    make_pages(1, service)
    request = post()
    actions.close_request(actor=clara, request=request, reason="not_needed", now=NOW)
    assert run.match(request.pk, now=NOW) == 0


def test_reopening_tells_only_those_who_do_not_know(clara: Member, service: Service, post: Post) -> None:
    make_pages(2, service)
    request = post()
    run.match(request.pk, now=NOW)
    actions.close_request(actor=clara, request=request, reason="not_needed", now=NOW)
    actions.reopen_request(actor=clara, request=request, now=NOW)
    new = make_pages(1, service)
    assert run.match(request.pk, now=NOW) == 1
    assert Match.objects.get(wave=2).page == new[0]


def test_what_was_lost_is_found_again(service: Service, post: Post) -> None:
    make_pages(1, service)
    request = post()
    tasks.match_waiting()
    request.refresh_from_db()
    assert (request.matching, request.matches.count()) == (Matching.DONE, 1)


def test_the_number_of_queries_does_not_grow(
    service: Service, post: Post, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make_pages(12, service)
    request = post()
    SiteSettings.current()
    with django_assert_max_num_queries(32):
        run.match(request.pk, now=NOW)


def test_who_answered_from_the_board_is_not_told_again(service: Service, post: Post) -> None:
    answered, other = make_pages(2, service)
    request = post()
    factories.make_proposal(request, answered)
    run.match(request.pk, now=NOW)
    assert list(request.matches.values_list("page_id", flat=True)) == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_store_one_wave(service: Service, post: Post) -> None:
    make_pages(12, service)
    request = post()

    def work(_number: int) -> int:
        try:
            return run.match(request.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(work, range(4)))
    assert told == [0, 0, 0, 10]
    assert request.matches.count() == 10
    assert request.waves.count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_matched_at_once_do_not_exceed_a_cap(service: Service, post: Post) -> None:
    page = make_pages(1, service, daily_leads=2)[0]
    ids = [post().pk for _ in range(6)]

    def work(request_id: Any) -> int:
        try:
            return run.match(request_id, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(work, ids))
    assert sum(told) == Match.objects.filter(page=page).count() == 2
