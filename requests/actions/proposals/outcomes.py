"""What becomes of all standing proposals of a request at once, when it is decided, ends or opens again.

Callers hold the lock of the request. Each function answers with what their event must say, so that everybody is told
in the same moment: ``{"proposal": id, "member": id}`` for each proposal that it moved.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from requests.models import Proposal, ProposalStatus

Told = list[dict[str, str]]


def turn_down_standing(
    request_ids: Iterable[UUID], *, reason: str, now: datetime, words: str = ""
) -> defaultdict[UUID, Told]:
    """Standing proposals become not chosen; by request. The number of queries does not grow with that of rows."""
    standing = Proposal.objects.standing().filter(request_id__in=list(request_ids))
    moved = list(standing.select_related("page"))
    Proposal.objects.filter(pk__in=[each.pk for each in moved]).update(
        status=ProposalStatus.NOT_CHOSEN, outcome_reason=reason, outcome_words=words, decided_at=now, updated_at=now
    )
    return _told(moved)


def bring_back(request_id: UUID, *, now: datetime) -> Told:
    """Those that were not chosen stand again, because their request is open again."""
    not_chosen = Proposal.objects.filter(request_id=request_id, status=ProposalStatus.NOT_CHOSEN)
    moved = list(not_chosen.select_related("page"))
    Proposal.objects.filter(pk__in=[each.pk for each in moved]).update(
        status=ProposalStatus.SUBMITTED, outcome_reason="", decided_at=None, updated_at=now
    )
    return _told(moved)[request_id]


def _told(proposals: Iterable[Proposal]) -> defaultdict[UUID, Told]:
    told: defaultdict[UUID, Told] = defaultdict(list)
    for each in proposals:
        told[each.request_id].append({"proposal": str(each.pk), "member": str(each.page.member_id)})
    return told
