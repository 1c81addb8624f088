"""The demo's story holds together: every state, sum and time in it could have come from the product itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count, F, Max, Q, Sum

from accounts.models import Member
from engagements.models import Engagement, EngagementStatus, OutsideReview, Review
from engagements.windows import WRITE_REVIEW
from marketplace.demo.arguments import Arguments
from marketplace.demo.seeding import seed_demo
from messaging.models import Conversation, Message, Seat
from notifications.models import Event, Notification
from requests.models import (
    STANDING,
    ClientRecord,
    MatchState,
    Proposal,
    ProposalStatus,
    ProposalTerms,
    RequestStatus,
    ServiceRequest,
    Side,
    Visibility,
)
from requests.moves import ACTIVE
from requests.rules.offers import TERMS
from requests.rules.screening import missing_screening
from services.models import SearchEntry, ServicePage
from services.models.counters import PageDay

SIZE = Arguments(pages=150, requests=130, seed=3, now=datetime(2026, 11, 24, tzinfo=UTC), history_days=10)
SENT = ~Q(status=ProposalStatus.DRAFT)


@pytest.fixture
def demo(catalogue: object) -> None:
    """Enough for something of everything, with ten days of rates."""
    seed_demo(SIZE, lambda *_args: None)


def test_the_story_holds_together(demo: None) -> None:
    """One demo, looked at from all sides: making one for each would take most of the time."""
    check_proposals()
    check_awards()
    check_work_and_reviews()
    check_sums()
    check_clocks()
    check_conversations()
    check_events()
    check_variety()
    check_the_past()
    check_the_log_ins()


def check_proposals() -> None:
    proposals = Proposal.objects.filter(SENT).select_related("request").prefetch_related("terms")
    for proposal in proposals:
        terms = list(proposal.terms.all())
        assert [each.number for each in terms] == list(range(1, len(terms) + 1))
        assert {name: getattr(terms[-1], name) for name in TERMS} == {name: getattr(proposal, name) for name in TERMS}
        assert (terms[-1].offered_by, terms[0].offered_by) == (proposal.offered_by, Side.PROVIDER)
        assert terms[0].created_at == proposal.submitted_at
        assert not missing_screening(proposal.request.screening, proposal.answers)
        assert (proposal.status in STANDING) == (proposal.decided_at is None)
        times = [proposal.request.matched_at, proposal.created_at, proposal.submitted_at, proposal.viewed_at]
        in_order(*times, proposal.decided_at)
        in_order(*times, terms[-1].created_at if len(terms) > 1 else None)
    decided = proposals.exclude(status__in=[*STANDING, ProposalStatus.ACCEPTED])
    assert not decided.filter(outcome_reason="").exists()
    assert not Proposal.objects.filter(status=ProposalStatus.SHORTLISTED, viewed_at=None).exists()
    proposed = Q(matches__state=MatchState.PROPOSED, matches__page=F("proposals__page"))
    assert ServiceRequest.objects.filter(proposed, proposals__status__in=STANDING).exists()
    for request in ServiceRequest.objects.all():
        counted = request.proposals.filter(SENT).exclude(status=ProposalStatus.WITHDRAWN)
        assert request.proposal_count == counted.count()
        matched = request.matches.filter(state=MatchState.PROPOSED).values_list("page_id", flat=True)
        answered = set(counted.values_list("page_id", flat=True))
        if request.matches.exists():
            assert set(matched) == answered
        else:
            assert request.visibility == Visibility.BOARD or not answered


def check_awards() -> None:
    awarded = ServiceRequest.objects.filter(status=RequestStatus.AWARDED)
    winners = Proposal.objects.filter(status=ProposalStatus.ACCEPTED)
    assert set(winners.values_list("request_id", flat=True)) == set(awarded.values_list("pk", flat=True))
    assert winners.count() == awarded.count() == Engagement.objects.count()
    for engagement in Engagement.objects.select_related("proposal__page", "request"):
        proposal = engagement.proposal
        assert proposal.status == ProposalStatus.ACCEPTED
        assert {name: getattr(engagement, name) for name in TERMS} == {name: getattr(proposal, name) for name in TERMS}
        assert (engagement.client_id, engagement.provider_id) == (
            engagement.request.client_id,
            proposal.page.member_id,
        )
        assert engagement.agreed_at == proposal.decided_at
    ended = ServiceRequest.objects.exclude(status__in=[*ACTIVE, RequestStatus.DRAFT])
    assert not Proposal.objects.filter(request__in=ended, status__in=STANDING).exists()
    assert not Proposal.objects.filter(request__status__in=ACTIVE, status=ProposalStatus.NOT_CHOSEN).exists()


def check_work_and_reviews() -> None:
    for each in Engagement.objects.all():
        in_order(each.agreed_at, each.started_at, each.completion_marked_at, each.completed_at, SIZE.now)
        in_order(each.started_at, each.cancelled_at, SIZE.now)
        reviews = list(each.reviews.order_by("created_at"))
        assert not reviews or each.status == EngagementStatus.COMPLETED
        published = {review.published_at for review in reviews}
        assert len(published) <= 1, "both are published together"
        if each.status == EngagementStatus.COMPLETED:
            assert each.completed_at is not None
            is_over = each.completed_at + WRITE_REVIEW <= SIZE.now or len(reviews) == len(Side)
            assert (each.reviews_due_at is None) == is_over
            assert (published <= {None}) == (not is_over or not reviews)
        for review in reviews:
            in_order(each.completed_at, review.created_at, review.published_at, review.replied_at, SIZE.now)
    assert Review.objects.filter(published_at=None).exists()
    assert Review.objects.exclude(reply="").exists()
    statuses = set(Engagement.objects.values_list("status", flat=True))
    assert statuses == set(EngagementStatus.values)


def check_sums() -> None:
    for page in ServicePage.objects.all():
        stars = page.reviews.published().filter(by=Side.CLIENT).aggregate(sum=Sum("rating"), count=Count("pk"))
        assert (page.rating_sum, page.rating_count) == (stars["sum"] or 0, stars["count"])
        assert page.jobs_done == page.engagements.filter(status=EngagementStatus.COMPLETED).count()
        assert page.outside_reviews == OutsideReview.objects.filter(page=page).count()
        entry = SearchEntry.objects.filter(page=page).first()
        assert entry is None or entry.rating_count == page.rating_count
    rated = Review.objects.published().filter(by=Side.PROVIDER).values("engagement__client").annotate(n=Count("pk"))
    records = ClientRecord.objects.values_list("member_id", "rating_count")
    assert dict(records) == {row["engagement__client"]: row["n"] for row in rated}


def check_clocks() -> None:
    active = ServiceRequest.objects.filter(status__in=ACTIVE)
    assert not active.filter(Q(expires_at=None) | Q(expires_at__lte=SIZE.now) | Q(remind_at__lte=SIZE.now)).exists()
    assert not active.filter(nudge_client_at__lte=SIZE.now).exists()
    ended = ServiceRequest.objects.exclude(status__in=ACTIVE)
    assert not ended.filter(Q(expires_at__isnull=False) | Q(nudge_client_at__isnull=False)).exists()
    for column in ("completion_due_at", "completion_remind_at", "reviews_due_at", "review_remind_at"):
        assert not Engagement.objects.filter(**{f"{column}__lte": SIZE.now}).exists(), column
    assert not ServiceRequest.objects.filter(created_at__lt=F("client__created_at")).exists()


def check_conversations() -> None:
    for conversation in Conversation.objects.all():
        messages = list(conversation.messages.order_by("sequence"))
        assert [each.sequence for each in messages] == list(range(1, conversation.last_sequence + 1))
        in_order(*(each.created_at for each in messages), SIZE.now)
        assert messages[-1].sender_id == conversation.last_sender_id
        assert messages[-1].created_at == conversation.last_message_at
        assert " ".join(messages[-1].body.split()).startswith(conversation.last_preview)
        proposal = Proposal.objects.filter(request=conversation.request_id, page=conversation.page_id).first()
        assert proposal is not None
        in_order(proposal.submitted_at, messages[0].created_at)
        seats = Seat.objects.filter(conversation=conversation)
        assert {seat.member_id for seat in seats} == {conversation.client_id, conversation.provider_id}
        for seat in seats:
            later = [
                each for each in messages if each.sequence > seat.read_sequence and each.sender_id != seat.member_id
            ]
            assert seat.unread == len(later)
            told = Notification.objects.filter(
                recipient=seat.member_id, event__subject_id=str(conversation.pk), topic="messages", read_at=None
            )
            assert told.count() == seat.unread
    assert not Message.objects.filter(Q(body__contains="{") | Q(body="")).exists()


def check_events() -> None:
    assert not Event.objects.filter(Q(created_at__gt=SIZE.now) | Q(fanned_out_at=None)).exists()
    assert not Notification.objects.filter(Q(read_at__gt=SIZE.now) | Q(read_at__lt=F("created_at"))).exists()
    known = {
        "request": set(map(str, ServiceRequest.objects.values_list("pk", flat=True))),
        "proposal": set(map(str, Proposal.objects.values_list("pk", flat=True))),
        "engagement": set(map(str, Engagement.objects.values_list("pk", flat=True))),
        "conversation": set(map(str, Conversation.objects.values_list("pk", flat=True))),
    }
    for kind, subjects in known.items():
        found = Event.objects.filter(subject_type=kind).values_list("subject_id", flat=True)
        assert set(found) == subjects, kind
    latest = PageDay.objects.aggregate(day=Max("day"))["day"]
    assert latest == SIZE.now.date() - timedelta(days=1)


def check_variety() -> None:
    assert set(Proposal.objects.values_list("status", flat=True)) == set(ProposalStatus.values)
    assert Proposal.objects.filter(similar_to__isnull=False, similarity__gte=0.2).exists()
    assert Proposal.objects.filter(is_ai_assisted=True).exists()
    assert ProposalTerms.objects.filter(number__gte=3).exists()
    assert not Proposal.objects.filter(scope__contains="{").exists()
    assert not Review.objects.filter(Q(text__contains="{") | Q(reply__contains="{")).exists()
    visible = ServiceRequest.objects.filter(status=RequestStatus.OPEN).values_list("visibility", flat=True)
    assert set(visible) == set(Visibility.values)


def check_the_past() -> None:
    """Of those who have been there for long many have been hired; of the last weeks all is told in full."""
    published = ServicePage.objects.published()
    old = published.filter(first_published_at__lt=SIZE.now - timedelta(days=365))
    assert old.filter(jobs_done__gt=0).count() > old.count() * 0.4
    young = published.filter(first_published_at__gt=SIZE.now - timedelta(days=180))
    assert young.filter(jobs_done__gt=0).count() < young.count() / 2
    assert published.filter(rating_count__gte=5).exists()
    past = ServiceRequest.objects.filter(matches=None, status=RequestStatus.AWARDED)
    assert past.count() > 50
    assert not past.filter(first_published_at__gt=SIZE.now - timedelta(days=60)).exists()
    assert not past.filter(client=F("proposals__page__member")).exists()


def check_the_log_ins() -> None:
    client = Member.objects.get(email="client@example.com")
    page = ServicePage.objects.get(member__email="provider@example.com")
    compared = client.service_requests.filter(status=RequestStatus.OPEN).get()
    proposals = compared.proposals.filter(status__in=STANDING)
    assert proposals.filter(page=page, offered_by=Side.CLIENT).exists(), "her counter-offer waits for the provider"
    assert client.service_requests.filter(engagements__status=EngagementStatus.UNDER_WAY).exists()
    done = Engagement.objects.get(client=client, reviews_due_at__isnull=False)
    assert list(done.reviews.values_list("by", flat=True)) == [Side.PROVIDER]
    for member in (client, page.member):
        assert Seat.objects.filter(member=member, unread__gt=0).exists()
    assert {MatchState.NOTIFIED, MatchState.VIEWED, MatchState.PROPOSED} <= {each.state for each in page.matches.all()}
    assert page.proposals.values("status").distinct().count() >= 4
    assert page.rating_count >= 10
    assert page.outside_reviews
    assert page.days.count() == 365


def in_order(*moments: datetime | None) -> None:
    """None of these is earlier than one before it."""
    known = [moment for moment in moments if moment is not None]
    assert known == sorted(known)
