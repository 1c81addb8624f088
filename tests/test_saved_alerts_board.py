"""Saved searches of the board: providers are told of new requests, each once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from accounts.actions.blocks import block_member
from accounts.models import Member
from requests.actions import (
    award_request,
    close_request,
    edit_request,
    end_review,
    reopen_request,
    start_review,
    unaward_request,
)
from requests.models import ServiceRequest
from services.models import Alert, SavedSearch, Service, ServicePage
from services.saved.alerts import SETTLED, sweep
from tests import factories
from tests.saved import MINUTE, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(clara: Member, service: Service, start: datetime) -> Callable[..., ServiceRequest]:
    def post(after: timedelta = MINUTE, client: Member | None = None, **fields: Any) -> ServiceRequest:
        values = {"status": "open", "visibility": "board", "first_published_at": start + after} | fields
        return factories.make_request(client or clara, service=service, title="A logo for us", **values)

    return post


def test_a_new_request_is_told_once_to_others(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    search = saved("q=logo", kind="board", actor=paul)
    saved("q=logo", kind="board", actor=clara)
    request = post()
    post(visibility="matched")
    post(status="closed", close_reason="other")
    assert sweep(now=start + 2 * MINUTE) == 1
    ServiceRequest.objects.filter(pk=request.pk).update(published_at=start + 3 * MINUTE)  # as reopening does
    assert sweep(now=start + 4 * MINUTE) == 0
    assert told() == [[{"search": str(search.pk), "hits": [str(request.pk)], "count": 1}]]


def test_one_that_is_moved_to_the_board_later_is_told_once(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    search = saved("q=logo", kind="board", actor=paul)
    request = post(visibility="matched")
    assert sweep(now=start + 2 * MINUTE) == 0
    move = partial(edit_request, actor=clara, request=request)
    for minutes, visibility in ((3, "board"), (5, "matched"), (7, "board")):
        move(changes={"visibility": visibility}, now=start + minutes * MINUTE)
        sweep(now=start + (minutes + 1) * MINUTE)
    assert told() == [[{"search": str(search.pk), "hits": [str(request.pk)], "count": 1}]]


@pytest.mark.parametrize(
    ("take_off", "bring_back"),
    [
        (partial(close_request, reason="other"), reopen_request),
        (start_review, end_review),
        (award_request, unaward_request),
    ],
    ids=["closed", "in review", "awarded"],
)
def test_one_that_was_taken_off_before_the_look_is_told_when_it_is_back_and_once(
    take_off: Callable[..., ServiceRequest],
    bring_back: Callable[..., ServiceRequest],
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    search = saved("q=logo", kind="board", actor=paul)
    daily = saved("budget_type=fixed", Alert.DAILY, kind="board", actor=paul)
    request = post()
    take_off(actor=clara, request=request, now=start + MINUTE + SETTLED / 2)
    assert sweep(now=start + 5 * MINUTE) == 0
    bring_back(actor=clara, request=request, now=start + 6 * MINUTE)
    saved("", kind="board", actor=paul, now=start + 7 * MINUTE)  # made while it was there
    for later in (8 * MINUTE, timedelta(days=2)):
        sweep(now=start + later)
    take_off(actor=clara, request=request, now=start + timedelta(days=3))
    bring_back(actor=clara, request=request, now=start + timedelta(days=3, minutes=1))
    assert sweep(now=start + timedelta(days=5)) == 0
    assert [news["search"] for found in told() for news in found] == [str(search.pk), str(daily.pk)]


def test_one_that_was_told_and_soon_taken_off_is_not_told_again(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    saved("q=logo", kind="board", actor=paul)
    request = post()
    assert sweep(now=start + 2 * MINUTE) == 1
    close_request(actor=clara, request=request, reason="other", now=start + 3 * MINUTE)
    reopen_request(actor=clara, request=request, now=start + 4 * MINUTE)
    assert sweep(now=start + 6 * MINUTE) == 0


def test_a_draft_that_becomes_public_is_new_when_it_is_posted(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    saved("q=logo", kind="board", actor=paul)
    draft = post(status="draft", visibility="matched", first_published_at=None)
    edit_request(actor=clara, request=draft, changes={"visibility": "board"}, now=start + MINUTE)
    draft.refresh_from_db()
    assert draft.moved_to_board_at is None
    assert sweep(now=start + 2 * MINUTE) == 0


def test_nothing_of_those_whom_a_block_separates(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    clara: Member,
    start: datetime,
) -> None:
    saved("", kind="board", actor=paul)
    block_member(actor=clara, blocked=paul, now=start)
    post()
    assert sweep(now=start + 2 * MINUTE) == 0


def test_for_the_own_page_as_it_is_now(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    page: ServicePage,
    start: datetime,
) -> None:
    saved("mine=true", kind="board", actor=paul)
    saved("mine=true&budget=2,000&currency=EUR", kind="board", actor=paul)
    post()
    assert sweep(now=start + 2 * MINUTE) == 1


def test_a_service_that_is_gone_finds_nothing_and_stops_nobody(
    saved: Callable[..., SavedSearch],
    post: Callable[..., ServiceRequest],
    paul: Member,
    service: Service,
    start: datetime,
) -> None:
    other = factories.make_service("kite-mending")
    saved("service=kite-mending", kind="board", actor=paul)
    saved("service=logo-design", kind="board", actor=paul)
    other.is_active = False
    other.save()
    post()
    assert sweep(now=start + 2 * MINUTE) == 1
