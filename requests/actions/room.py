"""How many proposals a request has, and whether it takes more. An open request always has a free place."""

from requests.models import Proposal, ProposalStatus, ServiceRequest
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
