"""What a new proposal is compared with: the same provider's recent ones to other clients, and its rivals."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from requests.duplicates.shingles import ALIKE, containment, shingles
from requests.models import Proposal, ProposalStatus

WITHIN: Final = timedelta(days=90)
MOST: Final = 60
"""Proposals that one is compared with, newest first."""


@dataclass(frozen=True, slots=True)
class Similar:
    """The proposal that comes closest, and how much of the smaller text stands in the other, 0 to 1."""

    proposal_id: UUID
    share: float


def find_similar(proposal: Proposal, *, now: datetime) -> Similar | None:
    """The closest of those that are alike, or None. One query."""
    own = Q(page=proposal.page_id, submitted_at__gte=now - WITHIN) & ~Q(request__client=proposal.request.client_id)
    rivals = Q(request=proposal.request_id) & ~Q(page=proposal.page_id)
    others = Proposal.objects.filter(own | rivals).exclude(status=ProposalStatus.DRAFT).exclude(pk=proposal.pk)
    texts = others.order_by("-submitted_at").values_list("pk", "scope")[:MOST]
    # What everybody quotes from the request says nothing.
    mine = shingles(proposal.scope) - shingles(f"{proposal.request.title}\n{proposal.request.details}")
    found = (Similar(pk, round(containment(mine, shingles(text)), 4)) for pk, text in texts)
    closest = max(found, key=lambda each: each.share, default=None)
    return closest if closest is not None and closest.share >= ALIKE else None
