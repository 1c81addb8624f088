"""What the client does with the proposals that she gets."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from requests.actions.activity import CLOCKS, keep_alive
from requests.actions.proposals.common import lock_for, note, require_standing
from requests.actions.proposals.reasons import clean_reason, require_decidable
from requests.models import STANDING, Proposal, ProposalStatus, Side


class RefusalReason(models.TextChoices):
    """Why a client declines a proposal. The provider sees it."""

    PRICE = "price", _("The price is too high")
    TIMING = "timing", _("The time does not suit me")
    EXPERIENCE = "experience", _("I look for other experience")
    OFF_TOPIC = "off_topic", _("It does not answer my request")
    UNCLEAR = "unclear", _("The offer is unclear to me")
    CHANGED = "changed", _("My needs have changed")
    OTHER = "other", _("Another reason")


@transaction.atomic
def mark_proposal_viewed(*, actor: Member, proposal: Proposal, now: datetime) -> Proposal:
    """The client has opened it; the provider is told, once. Repeating it is harmless. Raises NotAllowed."""
    locked = lock_for(Side.CLIENT, actor=actor, proposal=proposal)
    if locked.viewed_at is not None or locked.status not in STANDING:
        return locked
    locked.viewed_at = now
    locked.save(update_fields=["viewed_at"])
    _was_active(locked, now=now)
    note("viewed", locked, actor=actor, now=now)
    return locked


@transaction.atomic
def shortlist_proposal(*, actor: Member, proposal: Proposal, now: datetime) -> Proposal:
    """Onto the client's shortlist; the provider is told. Repeating it is harmless. Raises NotAllowed, IllegalMove."""
    return _move(actor, proposal, ProposalStatus.SHORTLISTED, "shortlisted", now)


@transaction.atomic
def unshortlist_proposal(*, actor: Member, proposal: Proposal, now: datetime) -> Proposal:
    """Off the shortlist. Repeating it is harmless. Raises NotAllowed, IllegalMove."""
    return _move(actor, proposal, ProposalStatus.SUBMITTED, "unshortlisted", now)


@transaction.atomic
def decline_proposal(*, actor: Member, proposal: Proposal, reason: str, now: datetime, words: str = "") -> Proposal:
    """The client does not want it; the provider sees the reason and the words. Repeating it is harmless.

    Raises NotAllowed, IllegalMove, InvalidInput.
    """
    reason, words = clean_reason(reason, words, RefusalReason)
    locked = lock_for(Side.CLIENT, actor=actor, proposal=proposal)
    if locked.status == ProposalStatus.DECLINED:
        return locked
    require_decidable(locked, ProposalStatus.DECLINED)
    locked.status = ProposalStatus.DECLINED
    locked.outcome_reason, locked.outcome_words = reason, words
    locked.decided_at = locked.updated_at = now
    locked.viewed_at = locked.viewed_at or now
    locked.save()
    _was_active(locked, now=now)
    note("declined", locked, actor=actor, now=now, data={"reason": reason})
    return locked


def _move(actor: Member, proposal: Proposal, to: ProposalStatus, kind: str, now: datetime) -> Proposal:
    locked = lock_for(Side.CLIENT, actor=actor, proposal=proposal)
    if locked.status == to:
        return locked
    require_standing(locked)
    locked.status = to
    locked.updated_at = now
    locked.viewed_at = locked.viewed_at or now
    locked.save(update_fields=["status", "updated_at", "viewed_at"])
    _was_active(locked, now=now)
    note(kind, locked, actor=actor, now=now)
    return locked


def _was_active(proposal: Proposal, *, now: datetime) -> None:
    keep_alive(proposal.request, now=now, by_client=True)
    proposal.request.save(update_fields=CLOCKS)
