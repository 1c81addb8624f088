"""Who may write to whom, when, and how much.

A client may write to every provider who was told of her request. A provider may write once she has proposed or was
invited, or was matched and wants to ask something; but only ``MOST_BEFORE_ANSWER`` messages until the client answers.
After the request has ended the two who came to an agreement can go on; the others have ``OPEN_AFTER_END``.
"""

from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db.models import Count, Q

from accounts.models import Block, Member
from marketplace.errors import MarketplaceError, NotAllowed, NotFound
from messaging.errors import (
    AwaitsAnswer,
    Blocked,
    BlockedByOther,
    ConversationClosed,
    NoReasonToWrite,
    NotTold,
    RequestEnded,
    TooManyMessages,
)
from messaging.models import Conversation, Message
from requests.models import (
    Invitation,
    Match,
    MatchState,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
    Side,
)
from requests.moves import ACTIVE
from services.models import ServicePage

MOST_BEFORE_ANSWER = 3
OPEN_AFTER_END = timedelta(days=30)
MOST_A_MINUTE, MOST_AN_HOUR = 30, 300
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Tie(Enum):
    """What connects a page with a request, the strongest first."""

    HIRED = "hired"
    PROPOSED = "proposed"
    INVITED = "invited"
    MATCHED = "matched"
    DECLINED = "declined"
    NONE = "none"


def tie_between(request: ServiceRequest, page: ServicePage) -> Tie:
    """The strongest tie, in three queries at most."""
    proposals = set(
        Proposal.objects.filter(request=request, page=page)
        .exclude(status=ProposalStatus.DRAFT)
        .values_list("status", flat=True)
    )
    if ProposalStatus.ACCEPTED in proposals:
        return Tie.HIRED
    if proposals:
        return Tie.PROPOSED
    if Invitation.objects.filter(request=request, page=page).exists():
        return Tie.INVITED
    state = Match.objects.filter(request=request, page=page).values_list("state", flat=True).first()
    if state is None:
        return Tie.NONE
    return Tie.DECLINED if state == MatchState.DECLINED else Tie.MATCHED


def check_may_begin(*, actor: Member, request: ServiceRequest, page: ServicePage) -> Side:
    """The side on which the actor would begin a conversation. Raises NotFound for those whom it does not concern,
    and NotTold, NoReasonToWrite, RequestEnded, Blocked, BlockedByOther."""
    if actor.pk not in (request.client_id, page.member_id) or request.client_id == page.member_id:
        raise NotFound
    side = Side.CLIENT if actor.pk == request.client_id else Side.PROVIDER
    if request.status == RequestStatus.DRAFT:
        raise NotTold if side == Side.CLIENT else NotFound
    tie = tie_between(request, page)
    if side == Side.CLIENT and tie == Tie.NONE:
        raise NotTold
    if side == Side.PROVIDER and tie in (Tie.NONE, Tie.DECLINED):
        if not ServiceRequest.objects.visible_to(actor).filter(pk=request.pk).exists():
            raise NotFound
        raise NoReasonToWrite
    if request.status not in ACTIVE and tie != Tie.HIRED:
        raise RequestEnded
    check_not_blocked(actor, page.member if side == Side.CLIENT else request.client)
    return side


def check_may_write(*, actor: Member, conversation: Conversation, now: datetime) -> None:
    """Raises NotAllowed for strangers, and else what ``hindrance`` finds."""
    if conversation.side_of(actor) is None:
        raise NotAllowed
    found = hindrance(actor=actor, conversation=conversation, now=now)
    if found is not None:
        raise found


def hindrance(*, actor: Member, conversation: Conversation, now: datetime) -> MarketplaceError | None:
    """What keeps one of the two from writing now; pages say it in place of the form."""
    try:
        check_not_blocked(actor, conversation.other(actor))
    except NotAllowed as error:
        return error
    if _is_over(conversation, now):
        return ConversationClosed()
    is_waiting = actor.pk == conversation.provider_id and not conversation.client_has_written
    if is_waiting and conversation.last_sequence >= MOST_BEFORE_ANSWER:
        return AwaitsAnswer()
    return None


def check_not_blocked(actor: Member, other: Member) -> None:
    """Raises Blocked or BlockedByOther."""
    pair = Q(blocker=actor, blocked=other) | Q(blocker=other, blocked=actor)
    blockers = set(Block.objects.filter(pair).values_list("blocker_id", flat=True))
    if actor.pk in blockers:
        raise Blocked
    if blockers:
        raise BlockedByOther


def check_pace(actor: Member, now: datetime) -> None:
    """Raises TooManyMessages."""
    if not settings.RATE_LIMITS:
        return
    lately = Message.objects.filter(sender=actor, created_at__gt=now - HOUR)
    counts = lately.aggregate(hour=Count("pk"), minute=Count("pk", filter=Q(created_at__gt=now - MINUTE)))
    if counts["minute"] >= MOST_A_MINUTE or counts["hour"] >= MOST_AN_HOUR:
        raise TooManyMessages


def _is_over(conversation: Conversation, now: datetime) -> bool:
    request = conversation.request
    if request.status in ACTIVE:
        return False
    ended = request.closed_at or request.updated_at
    if ended > now - OPEN_AFTER_END:
        return False
    return tie_between(request, conversation.page) != Tie.HIRED
