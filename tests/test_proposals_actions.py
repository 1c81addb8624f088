"""What both sides do with proposals: the way from a draft to an outcome, and who is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.actions.blocks import block_member
from accounts.models import Member
from marketplace.errors import IllegalMove, InvalidInput, MarketplaceError, NotAllowed
from notifications.fan_out import fan_out
from notifications.models import Event, Notification
from notifications.rendering import render
from requests import actions
from requests.models import Match, MatchState, Proposal, ProposalStatus, RequestStatus, ReviewReason, ServiceRequest
from requests.rules.eligibility import DailyLimitReached, NoPublishedPage, NotTakingProposals
from services.models import PageStatus, Service, ServicePage
from sitesettings.models import SiteSettings
from tests import factories

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
OFFER: dict[str, Any] = {
    "price_type": "fixed",
    "amount": 90_000,
    "currency": "EUR",
    "days": 10,
    "scope": "Three drafts and all files.",
}


@pytest.fixture
def request_(clara: Member, service: Service) -> ServiceRequest:
    """Clara's open request, on the board."""
    return factories.make_request(clara, service=service, status=RequestStatus.OPEN, visibility="board")


@pytest.fixture
def sent(paul: Member, page: ServicePage, request_: ServiceRequest) -> Proposal:
    """Paul's proposal."""
    return submit(paul, request_)


def submit(who: Member, request: ServiceRequest, now: datetime = NOW, **changes: Any) -> Proposal:
    return actions.submit_proposal(actor=who, request=request, values=OFFER | changes, now=now)


def told(kind: str) -> dict[str, str]:
    """Who is told of the latest event of this kind, by name, and in which words."""
    event = Event.objects.filter(kind=kind).latest("created_at", "pk")
    fan_out(event, now=NOW)
    notifications = list(Notification.objects.filter(event=event).select_related("event", "recipient"))
    words = render(notifications)
    return {each.recipient.name: words[each.pk].text for each in notifications}


def test_a_proposal_is_sent_and_the_client_told(sent: Proposal, request_: ServiceRequest) -> None:
    request_.refresh_from_db()
    assert (sent.status, sent.submitted_at, sent.offered_by) == (ProposalStatus.SUBMITTED, NOW, "provider")
    assert [(each.number, each.amount, each.offered_by) for each in sent.terms.all()] == [(1, 90_000, "provider")]
    assert (request_.proposal_count, request_.status) == (1, RequestStatus.OPEN)
    assert request_.expires_at == NOW + timedelta(days=30)
    assert told("proposal.submitted") == {"Clara Client": "Paul Provider sent a proposal for “Help with our new shop”."}


def test_a_match_is_answered(paul: Member, page: ServicePage, request_: ServiceRequest) -> None:
    match = Match.objects.create(request=request_, page=page, rank=1, score=0.5, state=MatchState.DECLINED)
    submit(paul, request_)
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED


def test_a_draft_keeps_what_is_right_and_names_what_is_not(
    paul: Member, page: ServicePage, request_: ServiceRequest
) -> None:
    draft, problems = actions.save_draft(
        actor=paul, request=request_, values={"scope": "Begun", "amount": -5, "days": 3}, now=NOW
    )
    assert (draft.scope, draft.amount, draft.days) == ("Begun", None, 3)
    assert list(problems) == ["amount"]
    again, _none = actions.save_draft(actor=paul, request=request_, values={"amount": 100}, now=NOW)
    assert (again.pk, again.scope, again.amount) == (draft.pk, "Begun", 100)
    request_.refresh_from_db()
    assert request_.proposal_count == 0
    assert Event.objects.filter(kind="proposal.drafted").count() == 1
    sent = submit(paul, request_)
    assert sent.pk == draft.pk
    with pytest.raises(IllegalMove):
        actions.discard_draft(actor=paul, proposal=sent, now=NOW)


def test_a_draft_is_thrown_away(paul: Member, sam: Member, page: ServicePage, request_: ServiceRequest) -> None:
    draft, _none = actions.save_draft(actor=paul, request=request_, values={}, now=NOW)
    with pytest.raises(NotAllowed):
        actions.discard_draft(actor=sam, proposal=draft, now=NOW)
    actions.discard_draft(actor=paul, proposal=draft, now=NOW)
    actions.discard_draft(actor=paul, proposal=Proposal(pk=draft.pk, request=request_, page=page), now=NOW)
    assert not Proposal.objects.exists()


def test_all_that_is_missing_is_named(paul: Member, page: ServicePage, request_: ServiceRequest) -> None:
    request_.screening = [{"key": "q1", "text": "Since when?", "required": True}]
    request_.save()
    with pytest.raises(InvalidInput) as refused:
        actions.submit_proposal(actor=paul, request=request_, values={"answers": {"q9": "?"}}, now=NOW)
    assert list(refused.value.fields or {}) == ["answers.q9"]
    with pytest.raises(InvalidInput) as refused:
        actions.submit_proposal(actor=paul, request=request_, values={}, now=NOW)
    assert set(refused.value.fields or {}) == {"price_type", "amount", "currency", "scope", "answers.q1"}
    assert not Proposal.objects.exists()
    assert submit(paul, request_, answers={"q1": " Ever since "}).answers == {"q1": "Ever since"}


def _unpublish(page: ServicePage, _request: ServiceRequest) -> None:
    ServicePage.objects.filter(pk=page.pk).update(status=PageStatus.PAUSED)


def _remove(page: ServicePage, _request: ServiceRequest) -> None:
    page.delete()


def _block(page: ServicePage, request: ServiceRequest) -> None:
    block_member(actor=page.member, blocked=request.client, now=NOW)


def _be_blocked(page: ServicePage, request: ServiceRequest) -> None:
    block_member(actor=request.client, blocked=page.member, now=NOW)


def _hide(_page: ServicePage, request: ServiceRequest) -> None:
    ServiceRequest.objects.filter(pk=request.pk).update(visibility="matched")


def _take_over(page: ServicePage, request: ServiceRequest) -> None:
    ServiceRequest.objects.filter(pk=request.pk).update(client=page.member)


def _stop(_page: ServicePage, request: ServiceRequest) -> None:
    actions.start_review(actor=request.client, request=request, now=NOW)


def _close(_page: ServicePage, request: ServiceRequest) -> None:
    actions.close_request(actor=request.client, request=request, reason="no_fit", now=NOW)


def _use_up_the_day(page: ServicePage, _request: ServiceRequest) -> None:
    for hours in range(5):
        factories.make_proposal(factories.make_request(), page, submitted_at=NOW - timedelta(hours=hours + 1))


def _propose(page: ServicePage, request: ServiceRequest) -> None:
    submit(page.member, request)


@pytest.mark.parametrize(
    ("before", "error", "code"),
    [
        (_unpublish, NoPublishedPage, "page_not_published"),
        (_remove, NoPublishedPage, "page_not_published"),
        (_block, NotAllowed, "blocked"),
        (_be_blocked, NotAllowed, "blocked"),
        (_hide, NotAllowed, "not_asked"),
        (_take_over, NotAllowed, "own_request"),
        (_stop, NotTakingProposals, "not_taking_proposals"),
        (_close, NotTakingProposals, "not_taking_proposals"),
        (_use_up_the_day, DailyLimitReached, "daily_limit"),
        (_propose, actions.AlreadyProposed, "already_proposed"),
    ],
)
def test_who_may_not_answer(
    paul: Member,
    page: ServicePage,
    request_: ServiceRequest,
    before: Callable[[ServicePage, ServiceRequest], None],
    error: type[MarketplaceError],
    code: str,
) -> None:
    paul.created_at = NOW - timedelta(days=3)
    paul.save()
    before(page, request_)
    count = Proposal.objects.count()
    with pytest.raises(error) as refused:
        submit(paul, request_)
    assert refused.value.code == code
    assert Proposal.objects.count() == count


def test_the_limit_is_of_the_last_24_hours(paul: Member, page: ServicePage, request_: ServiceRequest) -> None:
    Member.objects.filter(pk=paul.pk).update(created_at=NOW - timedelta(days=3))
    _use_up_the_day(page, request_)
    with pytest.raises(DailyLimitReached) as refused:
        submit(paul, request_)
    assert refused.value.retry_after == timedelta(hours=19)
    assert submit(paul, request_, now=NOW + timedelta(hours=19, seconds=1)).status == ProposalStatus.SUBMITTED


def test_the_last_place_stops_further_ones_and_a_withdrawal_frees_it(
    clara: Member, paul: Member, page: ServicePage, request_: ServiceRequest
) -> None:
    ServiceRequest.objects.filter(pk=request_.pk).update(proposal_cap=1)
    sent = submit(paul, request_)
    request_.refresh_from_db()
    assert (request_.status, request_.review_reason) == (RequestStatus.IN_REVIEW, ReviewReason.CAP)
    actions.withdraw_proposal(actor=paul, proposal=sent, reason="no_time", words="Sorry", now=NOW)
    request_.refresh_from_db()
    assert (request_.status, request_.review_reason, request_.proposal_count) == (RequestStatus.OPEN, "", 0)
    again = submit(paul, request_)
    assert again.pk != sent.pk
    # What the client wants herself outlasts a place that becomes free.
    actions.start_review(actor=clara, request=request_, now=NOW)
    actions.withdraw_proposal(actor=paul, proposal=again, reason="other", now=NOW)
    request_.refresh_from_db()
    assert (request_.status, request_.review_reason) == (RequestStatus.IN_REVIEW, ReviewReason.CLIENT)


def test_taking_proposals_again_makes_room(clara: Member, paul: Member, sent: Proposal) -> None:
    ServiceRequest.objects.filter(pk=sent.request_id).update(proposal_cap=1, status="in_review", review_reason="cap")
    opened = actions.end_review(actor=clara, request=sent.request, now=NOW)
    assert (opened.status, opened.review_reason, opened.proposal_cap) == (RequestStatus.OPEN, "", 11)


def test_it_is_edited_until_the_client_has_seen_it(clara: Member, paul: Member, sent: Proposal) -> None:
    actions.edit_proposal(actor=paul, proposal=sent, changes={"amount": 80_000}, now=NOW, version=sent.version)
    assert [each.amount for each in sent.terms.all()] == [80_000]
    with pytest.raises(actions.StaleTerms):
        actions.edit_proposal(actor=paul, proposal=sent, changes={"amount": 1}, now=NOW, version=sent.version)
    actions.mark_proposal_viewed(actor=clara, proposal=sent, now=NOW)
    actions.mark_proposal_viewed(actor=clara, proposal=sent, now=NOW + timedelta(hours=1))
    assert told("proposal.viewed") == {"Paul Provider": f"The client has opened your proposal for {quoted(sent)}."}
    assert Event.objects.filter(kind="proposal.viewed").count() == 1
    actions.edit_proposal(actor=paul, proposal=sent, changes={"amount": 75_000, "days": 9}, now=NOW)
    assert [each.amount for each in sent.terms.all()] == [80_000, 75_000]
    assert told("proposal.revised") == {"Clara Client": f"Paul Provider changed the proposal for {quoted(sent)}."}


def quoted(proposal: Proposal) -> str:
    return f"“{proposal.request.title}”"


def test_shortlisting(clara: Member, sent: Proposal) -> None:
    for _twice in range(2):
        listed = actions.shortlist_proposal(actor=clara, proposal=sent, now=NOW)
        assert (listed.status, listed.viewed_at) == (ProposalStatus.SHORTLISTED, NOW)
    assert told("proposal.shortlisted") == {
        "Paul Provider": f"Your proposal for {quoted(sent)} is on the client's shortlist."
    }
    assert actions.unshortlist_proposal(actor=clara, proposal=sent, now=NOW).status == ProposalStatus.SUBMITTED


def test_declining_with_a_reason(clara: Member, sent: Proposal) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.decline_proposal(actor=clara, proposal=sent, reason="", words="x" * 501, now=NOW)
    assert set(refused.value.fields or {}) == {"reason"}
    for reason in ("price", "timing"):
        declined = actions.decline_proposal(actor=clara, proposal=sent, reason=reason, words="A pity", now=NOW)
        assert (declined.status, declined.outcome_reason, declined.outcome_words) == ("declined", "price", "A pity")
    assert "Paul Provider" in told("proposal.declined")
    with pytest.raises(actions.AlreadyProposed):
        submit(sent.page.member, sent.request)


def test_offers_go_both_ways(clara: Member, paul: Member, sent: Proposal) -> None:
    countered = actions.counter_proposal(actor=clara, proposal=sent, terms={"amount": 70_000}, said="Tight", now=NOW)
    assert (countered.amount, countered.offered_by, countered.days) == (70_000, "client", 10)
    assert told("proposal.countered") == {"Paul Provider": f"The client of {quoted(sent)} offers you other terms."}
    with pytest.raises(IllegalMove):
        actions.edit_proposal(actor=paul, proposal=sent, changes={"amount": 1}, now=NOW)
    answer = actions.counter_proposal(actor=paul, proposal=sent, terms={"amount": 80_000}, now=NOW)
    assert (answer.offered_by, [each.amount for each in answer.terms.all()]) == ("provider", [90_000, 70_000, 80_000])
    assert list(told("proposal.countered")) == ["Clara Client"]
    back = actions.take_back_counter(actor=paul, proposal=sent, now=NOW)
    assert (back.amount, back.offered_by) == (70_000, "client")
    assert list(told("proposal.counter_taken_back")) == ["Clara Client"]
    back = actions.take_back_counter(actor=clara, proposal=sent, now=NOW)
    assert (back.amount, back.offered_by) == (80_000, "provider")
    assert [each.is_restored for each in back.terms.all()] == [False, False, False, True, True]
    with pytest.raises(IllegalMove):
        actions.take_back_counter(actor=clara, proposal=sent, now=NOW)


def test_a_counter_offer_names_something_else(clara: Member, sent: Proposal) -> None:
    for terms, code in (({}, "unchanged"), ({"amount": 90_000}, "unchanged"), ({"amount": 0}, "invalid")):
        with pytest.raises(InvalidInput) as refused:
            actions.counter_proposal(actor=clara, proposal=sent, terms=terms, now=NOW)
        assert refused.value.code == code
    with pytest.raises(actions.StaleTerms):
        actions.counter_proposal(actor=clara, proposal=sent, terms={"amount": 1}, version=99, now=NOW)


def test_the_first_offer_is_not_taken_back(paul: Member, sent: Proposal) -> None:
    with pytest.raises(IllegalMove):
        actions.take_back_counter(actor=paul, proposal=sent, now=NOW)


def test_a_private_note(clara: Member, paul: Member, sent: Proposal) -> None:
    assert actions.set_client_note(actor=clara, proposal=sent, text=" Call back ", now=NOW).client_note == "Call back"
    with pytest.raises(NotAllowed):
        actions.set_client_note(actor=paul, proposal=sent, text="?", now=NOW)
    with pytest.raises(InvalidInput):
        actions.set_client_note(actor=clara, proposal=sent, text="x" * 2001, now=NOW)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("not_needed", "The work is no longer needed."), ("hired_here", "The client hired somebody here.")],
)
def test_closing_leaves_nobody_in_silence(clara: Member, sent: Proposal, reason: str, words: str) -> None:
    actions.close_request(actor=clara, request=sent.request, reason=reason, now=NOW)
    sent.refresh_from_db()
    assert (sent.status, sent.outcome_reason) == (ProposalStatus.NOT_CHOSEN, reason)
    told("request.closed")
    mine = Notification.objects.select_related("event").get(recipient=sent.page.member)
    assert (mine.topic, render([mine])[mine.pk].body) == ("proposal_outcomes", words)
    actions.reopen_request(actor=clara, request=sent.request, now=NOW)
    sent.refresh_from_db()
    assert (sent.status, sent.outcome_reason) == (ProposalStatus.SUBMITTED, "")
    assert told("request.reopened") == {"Paul Provider": f"{quoted(sent)} is open again, and so is your proposal."}


def test_expiring_leaves_nobody_in_silence(clara: Member, sent: Proposal) -> None:
    assert actions.expire_due(now=NOW + timedelta(days=31)) == 1
    sent.refresh_from_db()
    assert (sent.status, sent.outcome_reason) == (ProposalStatus.NOT_CHOSEN, "request_expired")
    assert told("request.expired")["Paul Provider"].endswith("has expired.")


def test_reopening_a_full_request_makes_room(clara: Member, sent: Proposal) -> None:
    actions.close_request(actor=clara, request=sent.request, reason="no_fit", now=NOW)
    ServiceRequest.objects.filter(pk=sent.request_id).update(proposal_cap=1)
    reopened = actions.reopen_request(actor=clara, request=sent.request, now=NOW)
    assert (reopened.status, reopened.proposal_count, reopened.proposal_cap) == ("open", 1, 11)


def test_edits_are_told_to_those_who_proposed(clara: Member, sent: Proposal, request_: ServiceRequest) -> None:
    actions.edit_request(actor=clara, request=request_, changes={"budget_max": 95_000}, now=NOW)
    assert list(told("request.edited")) == ["Paul Provider"]


def test_near_copies_are_marked(clara: Member, paul: Member, page: ServicePage, request_: ServiceRequest) -> None:
    text = "I have designed shop logos for nine years and will send you three drafts within the week, with two rounds."
    other = factories.make_proposal(factories.make_request(), page, scope=text, submitted_at=NOW)
    sent = submit(paul, request_, scope=text.replace("nine", "10") + " Kind regards to Clara and your whole team!")
    assert sent.similar_to == other
    assert (sent.similarity or 0) > 0.5
    actions.edit_proposal(actor=paul, proposal=sent, changes={"scope": "Something else entirely."}, now=NOW)
    sent.refresh_from_db()
    assert sent.similar_to is None
    assert sent.similarity is None


def test_limits_come_from_the_settings(paul: Member, page: ServicePage, request_: ServiceRequest) -> None:
    Member.objects.filter(pk=paul.pk).update(created_at=NOW)
    site = SiteSettings.objects.get_or_create(pk=1)[0]
    site.daily_proposals_new = 1
    site.save()
    factories.make_proposal(factories.make_request(), page, submitted_at=NOW)
    with pytest.raises(DailyLimitReached):
        submit(paul, request_)
