"""How many proposals a request has, and whether it takes more. An open request always has a free place."""

from datetime import datetime

from requests.actions.common import note
from requests.actions.return_to_board import note_return
from requests.models import Proposal, ProposalStatus, RequestStatus, ReviewReason, ServiceRequest
from sitesettings.models import SiteSettings

NOT_COUNTED = (ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN)
"""A withdrawn proposal frees its place; a declined one does not, since the client has read it."""


def count_proposals(request: ServiceRequest) -> int:
    """The places that are taken now. Counted anew, under the request's lock, so that it can never drift."""
    return Proposal.objects.filter(request=request).exclude(status__in=NOT_COUNTED).count()


def is_full(request: ServiceRequest) -> bool:
    """Whether all places are taken."""
    return request.proposal_count >= request.proposal_cap


def make_room(request: ServiceRequest) -> None:
    """Sets, without saving, that a full request takes as many again: it opens because somebody wants more."""
    if is_full(request):
        request.proposal_cap = request.proposal_count + SiteSettings.current().proposals_per_request


def settle_room(request: ServiceRequest, *, now: datetime) -> None:
    """Counts anew; the last place taken puts an open request into review, and a place freed opens one that was in
    review for that alone. Sets without saving; writes an event where the state changes."""
    request.proposal_count = count_proposals(request)
    if request.status == RequestStatus.OPEN and is_full(request):
        request.status, request.review_reason = RequestStatus.IN_REVIEW, ReviewReason.CAP
        note("in_review", request, actor=None, now=now, data={"reason": ReviewReason.CAP})
    elif _waits_for_place(request) and not is_full(request):
        request.status, request.review_reason = RequestStatus.OPEN, ""
        note_return(request, now=now)
        note("taking_proposals", request, actor=None, now=now, data={"reason": ReviewReason.CAP})


def _waits_for_place(request: ServiceRequest) -> bool:
    return request.status == RequestStatus.IN_REVIEW and request.review_reason == ReviewReason.CAP
