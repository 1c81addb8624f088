"""Who may read the files of requests and proposals: whoever may see those."""

from django.db.models import Q

from accounts.models import Member
from requests.models import Proposal, ServiceRequest


def of_visible_requests(member: Member) -> Q:
    """Files of the requests that the member sees."""
    return Q(requests__in=ServiceRequest.objects.visible_to(member).values("pk"))


def of_visible_proposals(member: Member) -> Q:
    """Files of the proposals that the member sees."""
    return Q(proposals__in=Proposal.objects.visible_to(member).values("pk"))
