"""Accepting a proposal: the moment in which a deal is made."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import note
from engagements.models import Engagement
from marketplace.errors import IllegalMove
from requests.actions import accept_standing_terms
from requests.models import Proposal


@transaction.atomic
def accept_proposal(*, actor: Member, proposal: Proposal, now: datetime, version: int | None = None) -> Engagement:
    """The deal on the terms that stand: the request is awarded, everybody else who proposed is told.

    All in one transaction under the request's lock, so of many who accept at once one wins. It is for the side that
    did not name the terms; ``version`` is that of the proposal as the actor saw it, and leaving it out means whatever
    stands now. Repeated on the winner it returns the same engagement. Raises what ``accept_standing_terms`` raises,
    and IllegalMove where the other side's account is closed.
    """
    winner = accept_standing_terms(actor=actor, proposal=proposal, now=now, version=version)
    made = Engagement.objects.with_all().filter(proposal=winner).first()
    return made or _agree(actor, winner, now)


def _agree(actor: Member, winner: Proposal, now: datetime) -> Engagement:
    client, provider = winner.request.client, winner.page.member
    if not (client.is_active and provider.is_active):
        raise IllegalMove(_("The other side has closed the account, so nothing can be agreed any more."))
    engagement = Engagement.objects.create(
        request=winner.request,
        proposal=winner,
        client=client,
        provider=provider,
        page=winner.page,
        price_type=winner.price_type,
        amount=winner.amount or 0,  # never empty in a proposal that was sent: a constraint says so
        currency=winner.currency,
        days=winner.days,
        scope=winner.scope,
        agreed_at=now,
    )
    data = {"request": str(winner.request_id), "proposal": str(winner.pk), "by": engagement.side_of(actor)}
    note("agreed", engagement, actor=actor, now=now, data=data)
    return engagement
