"""Awarding a request, and taking that back. Both are told from above, in the transaction of ``engagements``.

The seam: ``engagements.actions.accept_proposal`` calls ``accept_standing_terms`` and makes the engagement in the same
transaction; ``cancel`` before work began calls ``unaward_request``. The providers who were not chosen are told by the
events written here; the two sides of the deal are told by the engagement's own.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import Conflict
from requests.actions.activity import CLIENT_IDLE
from requests.actions.close import stop_clocks
from requests.actions.common import lock_request, note, require_owner
from requests.actions.edit import start_clocks
from requests.actions.looking import look_again
from requests.actions.proposals.common import lock_proposal, require_version, side_of
from requests.actions.proposals.outcomes import bring_back, turn_down_standing
from requests.actions.return_to_board import note_return
from requests.actions.room import count_proposals, make_room
from requests.models import (
    CANCELLED,
    NotChosenReason,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
)
from requests.moves import illegal, require_move
from requests.proposal_moves import require_move as require_proposal_move


class AlreadyAwarded(Conflict):
    """Another proposal for the same request was accepted first."""

    code = "already_awarded"
    message = _("Another proposal for this request has been accepted already.")


class OwnOffer(Conflict):
    """The terms that stand are the actor's own: only the other side can accept them."""

    code = "own_offer"
    message = _("These terms are your own. The other side can accept them.")


@transaction.atomic
def accept_standing_terms(*, actor: Member, proposal: Proposal, now: datetime, version: int | None = None) -> Proposal:
    """The winner: its request is awarded, all other standing proposals are not chosen, and their providers are told.

    It is for the side that did not name the standing terms: the client accepts a provider's offer, the provider a
    client's counter-offer. ``version`` is that of the proposal as the actor saw it; leave it out where she saw nothing.
    Either side may repeat it on the winner: nothing happens, and the winner comes back. The proposal that comes back
    has its ``request`` and ``page`` loaded, and both its row and the request's are locked.

    Raises NotAllowed; AlreadyAwarded, OwnOffer, StaleTerms (all 409); IllegalMove where the proposal does not stand or
    the request is not active.
    """
    winner = lock_proposal(proposal)
    side = side_of(actor, winner)
    if winner.status == ProposalStatus.ACCEPTED:
        return winner
    if winner.request.status == RequestStatus.AWARDED:
        raise AlreadyAwarded
    require_proposal_move(winner, ProposalStatus.ACCEPTED)
    require_move(winner.request, RequestStatus.AWARDED)
    if winner.offered_by == side:
        raise OwnOffer
    require_version(winner, version)
    winner.status = ProposalStatus.ACCEPTED
    winner.decided_at = winner.updated_at = now
    winner.save(update_fields=["status", "decided_at", "updated_at"])
    _award(winner.request, actor=actor, winner=winner, now=now)
    return winner


@transaction.atomic
def award_request(*, actor: Member, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """The client found somebody without any proposal of this site. Standing proposals are not chosen, and told.

    Raises NotAllowed, and IllegalMove where it is awarded already.
    """
    request = lock_request(request, actor=actor)
    require_move(request, RequestStatus.AWARDED)
    _award(request, actor=actor, winner=None, now=now)
    return request


@transaction.atomic
def unaward_request(*, actor: Member | None, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """Back to open, where the engagement was cancelled before work began; the caller knows that it was.

    The winner is withdrawn where its provider is the actor, declined where the client or the site is. The others stand
    again and are told; where they are too few, so are providers who do not know the request yet. Raises NotAllowed
    unless the actor is a side of the deal; IllegalMove.
    """
    request = lock_request(request, actor=None)
    winner = Proposal.objects.filter(request=request, status=ProposalStatus.ACCEPTED).select_related("page").first()
    by_provider = actor is not None and winner is not None and winner.page.member_id == actor.pk
    if actor is not None and not by_provider:
        require_owner(request, actor)
    if request.status != RequestStatus.AWARDED:
        raise illegal(request, RequestStatus.OPEN)
    if winner is not None:
        _drop(winner, to=ProposalStatus.WITHDRAWN if by_provider else ProposalStatus.DECLINED, now=now)
    told = bring_back(request.pk, now=now)
    request.status = RequestStatus.OPEN
    request.updated_at = now
    request.proposal_count = count_proposals(request)
    make_room(request)
    note_return(request, now=now)
    start_clocks(request, now=now)
    look_again(request, now=now)
    if told:
        request.nudge_client_at = now + CLIENT_IDLE
    request.save()
    data = {"winner": str(winner.pk) if winner else None, "back": told}
    note("unawarded", request, actor=actor, now=now, data=data)
    return request


def _award(request: ServiceRequest, *, actor: Member, winner: Proposal | None, now: datetime) -> None:
    told = turn_down_standing([request.pk], reason=NotChosenReason.ANOTHER_CHOSEN, now=now)[request.pk]
    request.status = RequestStatus.AWARDED
    request.updated_at = now
    stop_clocks(request)
    request.save()
    data = {"winner": str(winner.pk) if winner else None, "not_chosen": told}
    note("awarded", request, actor=actor, now=now, data=data)


def _drop(winner: Proposal, *, to: ProposalStatus, now: datetime) -> None:
    require_proposal_move(winner, to)
    Proposal.objects.filter(pk=winner.pk).update(status=to, outcome_reason=CANCELLED, decided_at=now, updated_at=now)
