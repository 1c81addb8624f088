"""Blocks between members."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Member
from marketplace.errors import InvalidInput


def block_member(*, actor: Member, blocked: Member, now: datetime) -> Block:
    """The actor is no longer matched with the other, in either direction. Twice is harmless."""
    if actor == blocked:
        raise InvalidInput(_("You cannot block yourself."), code="own_account")
    block, _made = Block.objects.get_or_create(blocker=actor, blocked=blocked, defaults={"created_at": now})
    return block


def unblock_member(*, actor: Member, blocked: Member) -> None:
    """Takes the actor's block back. Twice is harmless."""
    Block.objects.filter(blocker=actor, blocked=blocked).delete()
