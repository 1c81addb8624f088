"""Finding the conversation of two, and making it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Member
from messaging.models import Conversation, Seat
from messaging.rules import check_may_begin
from requests.models import Proposal, ProposalStatus, ServiceRequest, Side
from services.models import ServicePage


def find_conversation(*, actor: Member, request: ServiceRequest, page: ServicePage) -> Conversation | None:
    """The conversation of these two, if there is one in which the actor has a seat."""
    return Conversation.objects.visible_to(actor).with_all().filter(request=request, page=page).first()


def open_conversation(*, actor: Member, request: ServiceRequest, page: ServicePage, now: datetime) -> Conversation:
    """The conversation of the client of the request and the provider of the page; made where there is none.

    Nobody is told before something is written. Raises what ``check_may_begin`` does; one that exists is just found.
    """
    found = find_conversation(actor=actor, request=request, page=page)
    if found is not None:
        return found
    check_may_begin(actor=actor, request=request, page=page)
    ensure_conversation(request=request, page=page, now=now)
    return Conversation.objects.with_all().get(request=request, page=page)


@transaction.atomic
def ensure_conversation(*, request: ServiceRequest, page: ServicePage, now: datetime) -> None:
    """Makes the conversation unless it exists. Of two who do this at once, the second waits for the first's row."""
    conversation, is_made = Conversation.objects.get_or_create(
        request=request,
        page=page,
        defaults={"client_id": request.client_id, "provider_id": page.member_id, "created_at": now},
    )
    if is_made:
        Seat.objects.bulk_create(
            [
                Seat(conversation=conversation, member_id=request.client_id, side=Side.CLIENT),
                Seat(conversation=conversation, member_id=page.member_id, side=Side.PROVIDER),
            ]
        )


def open_answered(*, actor: Member, request_id: UUID, now: datetime) -> None:
    """Makes what is missing of the conversations about the proposals for a request, of which the actor is a side.

    Nobody is told, and repeats find nothing to do.
    """
    sent = Proposal.objects.filter(request=request_id).exclude(status=ProposalStatus.DRAFT)
    mine = sent.filter(Q(request__client=actor) | Q(page__member=actor))
    talked = Conversation.objects.filter(request=OuterRef("request"), page=OuterRef("page"))
    for each in mine.filter(~Exists(talked)).select_related("request", "page").distinct("page").order_by("page"):
        ensure_conversation(request=each.request, page=each.page, now=now)
