"""Sending a proposal to the client."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from accounts.models import Member
from requests.actions.activity import keep_alive
from requests.actions.common import lock_request
from requests.actions.proposals.common import note, write_terms
from requests.actions.proposals.drafting import open_draft, put
from requests.actions.room import settle_room
from requests.duplicates.search import find_similar
from requests.models import Match, MatchState, Proposal, ProposalStatus, ServiceRequest, Side
from requests.proposal_moves import require_move
from requests.rules.eligibility import page_of, require_allowance, require_may_submit
from requests.rules.offers import require_clean, require_complete
from services.models import ServicePage

DAY_LOCK: Final = 7_203_110_003 & 0x7FFFFFFF
"""First half of the advisory locks under which a page's proposals of a day are counted and added to."""


@transaction.atomic
def submit_proposal(*, actor: Member, request: ServiceRequest, values: Mapping[str, Any], now: datetime) -> Proposal:
    """Sends the actor's proposal: what her draft holds, overwritten by ``values`` (named as in the API).

    After a withdrawal it is a new proposal. The last place puts the request into review. Raises NoPublishedPage,
    NotAllowed, AlreadyProposed, NotTakingProposals, InvalidInput, DailyLimitReached.
    """
    page = page_of(actor)
    request = lock_request(request, actor=None)
    proposal = open_draft(request, page, now=now)
    require_may_submit(page, request)
    put(proposal, require_clean(values, proposal=proposal), now=now)
    require_complete(proposal)
    _lock_day(page)
    require_allowance(page, now=now)
    _send(proposal, actor=actor, now=now)
    return proposal


def mark_similar(proposal: Proposal, *, now: datetime) -> None:
    """Sets, without saving, which other proposal this one nearly repeats. One query."""
    similar = find_similar(proposal, now=now)
    proposal.similar_to_id = similar.proposal_id if similar else None
    proposal.similarity = similar.share if similar else None


def _send(proposal: Proposal, *, actor: Member, now: datetime) -> None:
    require_move(proposal, ProposalStatus.SUBMITTED)
    proposal.status = ProposalStatus.SUBMITTED
    proposal.submitted_at = now
    mark_similar(proposal, now=now)
    write_terms(proposal, side=Side.PROVIDER, now=now)
    proposal.save()
    request = proposal.request
    Match.objects.filter(request=request, page=proposal.page).update(state=MatchState.PROPOSED)
    note("submitted", proposal, actor=actor, now=now)
    settle_room(request, now=now)
    keep_alive(request, now=now)
    request.save()


def _lock_day(page: ServicePage) -> None:
    """After the request's lock, so that two proposals of one page for two requests are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DAY_LOCK, page.pk.int & 0x7FFFFFFF])
