"""The course of an engagement: what each step sets, who is told, what happens by itself, and what never can."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Member
from engagements import actions
from engagements.models import CancelReason, Engagement, EngagementStatus, Review
from engagements.moves import MOVES
from marketplace.errors import InvalidInput, MarketplaceError
from notifications.fan_out import fan_out
from notifications.models import Event, Notification
from notifications.rendering import render_all
from requests.actions import AlreadyAwarded
from requests.models import ClientRecord, Proposal, ProposalStatus, RequestStatus, Side
from services.models import SearchEntry, ServicePage
from tests import factories

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def deal(clara: Member, paul: Member, page: ServicePage) -> Engagement:
    """Clara's and Paul's, just agreed by accepting Paul's proposal; Rita's was not chosen."""
    request = factories.make_request(clara, status=RequestStatus.OPEN, title="A logo")
    rita = factories.make_page(factories.make_member("rita@example.com", name="Rita Rival"))
    factories.make_proposal(request, rita)
    proposal = factories.make_proposal(request, page)
    return actions.accept_proposal(actor=clara, proposal=proposal, now=NOW)


@pytest.fixture
def done(deal: Engagement) -> Engagement:
    """The same, completed just now."""
    return complete(deal)


def complete(deal: Engagement, now: datetime = NOW) -> Engagement:
    """Both say that it is completed."""
    actions.complete_engagement(actor=deal.provider, engagement=deal, now=now)
    return actions.complete_engagement(actor=deal.client, engagement=deal, now=now)


def review(who: Member, deal: Engagement, rating: int, now: datetime = NOW) -> Review:
    """One review."""
    return actions.write_review(actor=who, engagement=deal, rating=rating, text="As agreed.", now=now)[0]


def told(kind: str) -> dict[str, str]:
    """What the latest event of this kind tells, by the name of whom it tells."""
    event = Event.objects.filter(kind=f"engagement.{kind}").latest("created_at", "pk")
    fan_out(event, now=event.created_at)
    notifications = list(Notification.objects.filter(event=event).select_related("event", "recipient"))
    return {each.recipient.display_name: message.text for each, message in render_all(notifications)}


def test_a_mark_waits_seven_days_and_is_reminded_after_five(clara: Member, paul: Member, deal: Engagement) -> None:
    marked = actions.complete_engagement(actor=paul, engagement=deal, now=NOW)
    assert (marked.status, marked.started_at, marked.completion_by) == ("under_way", NOW, "provider")
    assert told("marked_completed") == {"Clara Client": "Paul Provider says that “A logo” is completed"}
    assert actions.sweep_engagements(now=NOW + 5 * DAY - timedelta(seconds=1)) == 0
    assert actions.sweep_engagements(now=NOW + 5 * DAY) == 1
    assert list(told("completion_reminder")) == ["Clara Client"]
    assert actions.sweep_engagements(now=NOW + 7 * DAY - timedelta(seconds=1)) == 0
    assert actions.sweep_engagements(now=NOW + 7 * DAY) == 1
    deal.refresh_from_db()
    assert (deal.status, deal.completed_at, deal.reviews_due_at) == ("completed", NOW + 7 * DAY, NOW + 21 * DAY)
    assert set(told("completed")) == {"Clara Client", "Paul Provider"}
    assert actions.sweep_engagements(now=NOW + 7 * DAY) == 0


def test_after_days_without_a_sweep_nobody_is_reminded_of_what_is_over(paul: Member, deal: Engagement) -> None:
    actions.complete_engagement(actor=paul, engagement=deal, now=NOW)
    actions.sweep_engagements(now=NOW + 40 * DAY)
    assert not Event.objects.filter(kind__endswith="reminder").exists()


def test_not_yet_sets_it_back(clara: Member, paul: Member, deal: Engagement) -> None:
    actions.complete_engagement(actor=paul, engagement=deal, now=NOW)
    back = actions.set_back_completion(actor=clara, engagement=deal, words="The vector files", now=NOW + DAY)
    assert (back.status, back.completion_by, back.completion_due_at) == ("under_way", "", None)
    assert told("set_back") == {"Paul Provider": "Clara Client says that “A logo” is not completed yet"}
    assert actions.sweep_engagements(now=NOW + 30 * DAY) == 0


def test_cancelled_before_work_the_request_opens_again(clara: Member, paul: Member, deal: Engagement) -> None:
    cancelled = actions.cancel_engagement(actor=paul, engagement=deal, reason="no_time", words="Ill", now=NOW)
    assert (cancelled.status, cancelled.cancelled_by, cancelled.cancel_words) == ("cancelled", "provider", "Ill")
    statuses = dict(Proposal.objects.values_list("page__member__name", "status"))
    assert statuses == {"Paul Provider": "withdrawn", "Rita Rival": "submitted"}
    deal.request.refresh_from_db()
    assert deal.request.status == RequestStatus.OPEN
    assert set(told("cancelled")) == {"Clara Client", "Paul Provider"}
    rita = Proposal.objects.get(page__member__name="Rita Rival")
    again = actions.accept_proposal(actor=clara, proposal=rita, now=NOW + DAY)
    assert again.pk != deal.pk
    with pytest.raises(AlreadyAwarded):
        actions.accept_proposal(actor=clara, proposal=deal.proposal, now=NOW + DAY)


def test_cancelled_later_the_request_stays_awarded(clara: Member, paul: Member, deal: Engagement) -> None:
    actions.start_work(actor=paul, engagement=deal, now=NOW)
    actions.cancel_engagement(actor=clara, engagement=deal, reason="quality", now=NOW)
    deal.request.refresh_from_db()
    assert deal.request.status == RequestStatus.AWARDED
    assert Proposal.objects.get(pk=deal.proposal_id).status == ProposalStatus.ACCEPTED
    assert told("cancelled")["Paul Provider"] == "Clara Client cancelled “A logo”"


def test_a_reason_is_one_of_the_list_or_in_own_words(clara: Member, deal: Engagement) -> None:
    for wrong in ("", "x" * 301, "two\nlines"):
        with pytest.raises(InvalidInput):
            actions.cancel_engagement(actor=clara, engagement=deal, reason=wrong, now=NOW)
    cancelled = actions.cancel_engagement(actor=clara, engagement=deal, reason="We moved abroad", now=NOW)
    assert (cancelled.cancel_reason, cancelled.cancel_words) == ("other", "We moved abroad")


def test_a_job_done_counts_once(deal: Engagement, page: ServicePage) -> None:
    complete(deal)
    complete(deal)
    page.refresh_from_db()
    assert page.jobs_done == 1


def test_reviews_are_published_when_both_are_there(
    clara: Member, paul: Member, done: Engagement, page: ServicePage
) -> None:
    first = review(clara, done, 3)
    review(clara, done, 4)
    page.refresh_from_db()
    assert (first.published_at, page.rating_count) == (None, 0)
    assert told("review_written") == {"Paul Provider": "Clara Client has written a review of “A logo”"}
    assert list(Review.objects.readable_by(paul)) == []
    review(paul, done, 5, NOW + DAY)
    assert set(Review.objects.values_list("rating", "published_at")) == {(4, NOW + DAY), (5, NOW + DAY)}
    page.refresh_from_db()
    assert (page.rating_sum, page.rating_count) == (4, 1)
    assert SearchEntry.objects.get(page=page).rating == 4.0
    assert ClientRecord.objects.get(member=clara).rating == 5.0
    assert set(told("reviews_published")) == {"Clara Client", "Paul Provider"}
    assert actions.sweep_engagements(now=NOW + 100 * DAY) == 0


def test_one_review_alone_is_published_to_the_second_after_14_days(
    clara: Member, paul: Member, done: Engagement, page: ServicePage
) -> None:
    review(clara, done, 2)
    actions.sweep_engagements(now=NOW + 11 * DAY)
    assert list(told("review_reminder")) == ["Paul Provider"]
    assert actions.sweep_engagements(now=NOW + 14 * DAY - timedelta(seconds=1)) == 0
    end = NOW + 14 * DAY
    for late in (clara, paul):
        with pytest.raises(actions.ReviewsClosed):
            review(late, done, 5, end)
    assert actions.sweep_engagements(now=end) == 1
    assert Review.objects.get().published_at == end
    page.refresh_from_db()
    assert (page.rating_sum, page.rating_count) == (2, 1)
    assert not ClientRecord.objects.exists()
    assert told("reviews_published")["Clara Client"] == "The review of “A logo” is published"


def test_without_reviews_the_window_just_closes(done: Engagement) -> None:
    actions.sweep_engagements(now=NOW + 14 * DAY)
    done.refresh_from_db()
    assert done.reviews_due_at is None
    assert not Event.objects.filter(kind="engagement.reviews_published").exists()


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_stars_are_one_to_five(clara: Member, done: Engagement, rating: int) -> None:
    with pytest.raises(InvalidInput):
        review(clara, done, rating)


def test_the_reviewed_replies_once(clara: Member, paul: Member, sam: Member, done: Engagement) -> None:
    hers = review(clara, done, 2)

    def reply(who: Member, text: str = "Sorry.") -> Review:
        return actions.reply_to_review(actor=who, review=hers, text=text, now=NOW)

    with pytest.raises(MarketplaceError) as early:
        reply(paul)
    assert early.value.code == "illegal_state"
    review(paul, done, 5)
    for stranger in (clara, sam):
        with pytest.raises(MarketplaceError) as refused:
            reply(stranger)
        assert refused.value.code == "not_allowed"
    assert reply(paul).reply == reply(paul).reply == "Sorry."
    assert told("review_replied") == {"Clara Client": "Paul Provider has replied to your review of “A logo”"}
    with pytest.raises(actions.AlreadyReplied):
        reply(paul, "Not sorry.")


def test_the_database_knows_the_rules_too(deal: Engagement) -> None:
    broken: list[dict[str, Any]] = [
        {"status": "completed"},
        {"status": "under_way"},
        {"status": "cancelled"},
        {"cancel_reason": "other"},
        {"completion_due_at": NOW},
        {"reviews_due_at": NOW},
        {"amount": 0},
        {"provider": deal.client},
        {"status": "paid"},
    ]
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Engagement.objects.filter(pk=deal.pk).update(**values)


ACTS: dict[str, Any] = {
    "start": lambda who, it, now: actions.start_work(actor=who, engagement=it, now=now),
    "complete": lambda who, it, now: actions.complete_engagement(actor=who, engagement=it, now=now),
    "set back": lambda who, it, now: actions.set_back_completion(actor=who, engagement=it, words="", now=now),
    "cancel": lambda who, it, now: actions.cancel_engagement(actor=who, engagement=it, reason="other", now=now),
    "review": lambda who, it, now: actions.write_review(actor=who, engagement=it, rating=5, text="Good.", now=now),
    "accept": lambda who, it, now: actions.accept_proposal(actor=who, proposal=it.proposal, now=now),
    "accept the rival": lambda who, it, now: actions.accept_proposal(
        actor=who, proposal=Proposal.objects.exclude(pk=it.proposal_id).get(), now=now
    ),
}
STEPS = st.tuples(
    st.sampled_from([*ACTS, "sweep"]), st.sampled_from(["client", "provider", "stranger"]), st.integers(0, 9)
)


class NoSequenceBreaksIt(TestCase):
    """Whatever is called by whomever in whatever order: only legal moves, one winner, ratings counted once."""

    @given(st.lists(STEPS, max_size=12))
    @settings(max_examples=25, deadline=None)
    def test_any_sequence(self, steps: list[tuple[str, str, int]]) -> None:
        client, page = factories.make_member(), factories.make_page(indexed=False)
        request = factories.make_request(client, status=RequestStatus.OPEN)
        factories.make_proposal(request, factories.make_page(indexed=False))
        proposal = factories.make_proposal(request, page)
        deal = actions.accept_proposal(actor=client, proposal=proposal, now=NOW)
        cast = {"client": client, "provider": page.member, "stranger": factories.make_member()}
        now, before = NOW, {deal.pk: "agreed"}
        for name, who, days in steps:
            now += days * DAY
            try:
                if name == "sweep":
                    actions.sweep_engagements(now=now)
                else:
                    ACTS[name](cast[who], deal, now)
            except MarketplaceError:
                pass
            before = self._check(before)
        self._check_ratings(page)

    def _check(self, before: dict[UUID, str]) -> dict[UUID, str]:
        after = dict(Engagement.objects.values_list("pk", "status"))
        for pk, status in after.items():
            earlier = before.get(pk, "agreed")
            through = {EngagementStatus.UNDER_WAY} if earlier == "agreed" else set()
            reachable = MOVES[earlier] | {each for step in through for each in MOVES[step]} | {earlier}
            assert status in reachable, (earlier, status)
        live = Engagement.objects.exclude(status="cancelled")
        assert live.count() <= 1
        accepted = Proposal.objects.filter(status=ProposalStatus.ACCEPTED)
        assert accepted.count() <= 1
        assert not live.exclude(proposal__in=accepted).exists()
        assert not live.exclude(request__status=RequestStatus.AWARDED).exists()
        return after

    def _check_ratings(self, page: ServicePage) -> None:
        page.refresh_from_db()
        published = Review.objects.published()
        assert page.rating_count == published.filter(page=page).count()
        hidden = Q(published_at__isnull=True, engagement__reviews_due_at__isnull=True)
        assert not Review.objects.filter(hidden).exists()
        rated = sum(ClientRecord.objects.values_list("rating_count", flat=True))
        assert rated == published.filter(by=Side.PROVIDER).count()


def test_every_reason_fits_its_column() -> None:
    field = Engagement._meta.get_field("cancel_reason")
    assert all(len(reason) <= (field.max_length or 0) for reason in CancelReason.values)
