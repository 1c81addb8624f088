"""What happens by itself, by the clock that is passed in; every sweep is harmless when it runs twice."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions import block_member, unblock_member
from accounts.models import Member
from notifications.fan_out import fan_out
from notifications.models import Event, Notification
from notifications.rendering import render
from requests import actions
from requests.models import Invitation, Match, MatchState, Proposal, RequestStatus, ServiceRequest
from requests.topics.leads import knowing_providers
from services.models import Service, ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OFFER = {"price_type": "fixed", "amount": 500, "currency": "EUR", "scope": "As agreed."}


@pytest.fixture
def request_(clara: Member, service: Service) -> ServiceRequest:
    """Clara's request, open since yesterday."""
    request = factories.make_request(clara, service=service, visibility="board")
    return actions.publish_request(actor=clara, request=request, now=NOW - DAY, require_answers=False)


@pytest.fixture
def sent(paul: Member, page: ServicePage, request_: ServiceRequest) -> Proposal:
    """Paul's proposal."""
    return actions.submit_proposal(actor=paul, request=request_, values=OFFER, now=NOW)


def text_of(kind: str) -> dict[str, str]:
    event = Event.objects.get(kind=kind)
    fan_out(event, now=NOW)
    told = list(Notification.objects.filter(event=event).select_related("event", "recipient"))
    words = render(told)
    return {each.recipient.name: words[each.pk].text for each in told}


def test_an_idle_client_is_nudged_once(clara: Member, sent: Proposal) -> None:
    assert actions.nudge_idle_clients(now=NOW + 3 * DAY - timedelta(seconds=1)) == 0
    assert actions.nudge_idle_clients(now=NOW + 3 * DAY) == 1
    assert actions.nudge_idle_clients(now=NOW + 9 * DAY) == 0
    assert Event.objects.get(kind="request.waiting").data == {"proposals": 1, "unviewed": 1}
    assert text_of("request.waiting") == {"Clara Client": "1 proposal for “Help with our new shop” waits for you."}


def test_what_the_client_does_puts_the_nudge_off(clara: Member, sent: Proposal) -> None:
    actions.mark_proposal_viewed(actor=clara, proposal=sent, now=NOW + 2 * DAY)
    assert actions.nudge_idle_clients(now=NOW + 4 * DAY) == 0
    assert actions.nudge_idle_clients(now=NOW + 5 * DAY) == 1


@pytest.mark.parametrize("decision", ["decline", "counter", "close"])
def test_nobody_is_nudged_about_what_is_decided(clara: Member, sent: Proposal, decision: str) -> None:
    if decision == "decline":
        actions.decline_proposal(actor=clara, proposal=sent, reason="price", now=NOW)
    elif decision == "counter":
        actions.counter_proposal(actor=clara, proposal=sent, terms={"amount": 400}, now=NOW)
    else:
        actions.close_request(actor=clara, request=sent.request, reason="no_fit", now=NOW)
    assert actions.nudge_idle_clients(now=NOW + 4 * DAY) == 0
    assert not Event.objects.filter(kind="request.waiting").exists()


def test_activity_renews_a_request(clara: Member, paul: Member, sent: Proposal) -> None:
    def expires() -> datetime | None:
        return ServiceRequest.objects.get(pk=sent.request_id).expires_at

    assert expires() == NOW + 30 * DAY
    actions.mark_proposal_viewed(actor=clara, proposal=sent, now=NOW + DAY)
    assert expires() == NOW + 31 * DAY
    assert actions.renew_by_activity(request_id=sent.request_id, now=NOW + 2 * DAY)
    assert expires() == NOW + 32 * DAY
    assert not actions.renew_by_activity(request_id=sent.request_id, now=NOW + 2 * DAY + timedelta(minutes=59))
    assert expires() == NOW + 32 * DAY
    actions.close_request(actor=clara, request=sent.request, reason="no_fit", now=NOW)
    assert not actions.renew_by_activity(request_id=sent.request_id, now=NOW + 9 * DAY)
    assert expires() is None


@pytest.fixture
def invited(clara: Member, page: ServicePage, service: Service) -> Invitation:
    """Paul is asked in person."""
    request = factories.make_request(clara, service=service, visibility="invited")
    invitation = Invitation.objects.create(request=request, page=page)
    actions.publish_request(actor=clara, request=request, now=NOW, require_answers=False)
    return invitation


def test_an_unanswered_invitation_is_nudged_once(invited: Invitation) -> None:
    assert actions.nudge_invited(now=NOW + DAY - timedelta(seconds=1)) == 0
    assert actions.nudge_invited(now=NOW + DAY) == 1
    assert actions.nudge_invited(now=NOW + 2 * DAY) == 0
    assert text_of("invitation.unanswered") == {"Paul Provider": "Your answer is awaited: Help with our new shop"}


@pytest.mark.parametrize("answer", ["proposal", "no", "closed"])
def test_an_answered_invitation_is_left_alone(clara: Member, paul: Member, invited: Invitation, answer: str) -> None:
    if answer == "proposal":
        actions.submit_proposal(actor=paul, request=invited.request, values=OFFER, now=NOW)
    elif answer == "no":
        match = Match.objects.create(request=invited.request, page=invited.page, rank=1, score=1)
        assert actions.decline_match(actor=paul, match=match, reason="budget", now=NOW).state == MatchState.DECLINED
    else:
        actions.close_request(actor=clara, request=invited.request, reason="no_fit", now=NOW)
    assert actions.nudge_invited(now=NOW + DAY) == 0
    assert not Invitation.objects.exclude(nudge_at=None).exists()


@pytest.mark.parametrize("by_client", [True, False])
def test_who_is_blocked_is_not_reminded(clara: Member, paul: Member, invited: Invitation, by_client: bool) -> None:
    blocker, blocked = (clara, paul) if by_client else (paul, clara)
    block_member(actor=blocker, blocked=blocked, now=NOW)
    assert actions.nudge_invited(now=NOW + DAY) == 0
    unblock_member(actor=blocker, blocked=blocked)
    Invitation.objects.update(nudge_at=NOW + DAY)
    assert actions.nudge_invited(now=NOW + DAY) == 1


@pytest.mark.parametrize("by_client", [True, False])
def test_who_is_blocked_hears_no_more_of_the_request(
    clara: Member, paul: Member, sam: Member, sent: Proposal, by_client: bool
) -> None:
    Match.objects.create(request=sent.request, page=sent.page, rank=1, score=1, created_at=NOW)
    Match.objects.create(request=sent.request, page=factories.make_page(sam), rank=2, score=1, created_at=NOW)
    blocker, blocked = (clara, paul) if by_client else (paul, clara)
    block_member(actor=blocker, blocked=blocked, now=NOW)
    actions.close_request(actor=clara, request=sent.request, reason="no_fit", now=NOW)
    event = Event.objects.get(kind="request.closed")
    assert {each.member_id for each in knowing_providers(event)} == {sam.pk}
    unblock_member(actor=blocker, blocked=blocked)
    assert {each.member_id for each in knowing_providers(event)} == {sam.pk, paul.pk}


def test_another_question_keeps_the_clock_of_those_asked_before(clara: Member, invited: Invitation) -> None:
    other = factories.make_page(indexed=False)
    pages = [str(invited.page_id), str(other.pk)]
    actions.edit_request(actor=clara, request=invited.request, changes={"invited_pages": pages}, now=NOW + DAY / 2)
    clocks = dict(Invitation.objects.values_list("page_id", "nudge_at"))
    assert clocks == {invited.page_id: NOW + DAY, other.pk: NOW + DAY * 1.5}


def test_many_are_claimed_in_a_fixed_number_of_queries(
    clara: Member, service: Service, page: ServicePage, django_assert_max_num_queries: object
) -> None:
    for _number in range(8):
        request = factories.make_request(
            clara, service=service, status=RequestStatus.OPEN, expires_at=NOW + DAY, nudge_client_at=NOW
        )
        factories.make_proposal(request, page)
    # Besides two events' rows a request: claim, counts and update a batch, and the look whether there is another.
    with django_assert_max_num_queries(8 * 2 + 12):  # type: ignore[operator]
        assert actions.nudge_idle_clients(now=NOW) == 8
    with django_assert_max_num_queries(8 * 2 + 12):  # type: ignore[operator]
        assert actions.expire_due(now=NOW + DAY) == 8
