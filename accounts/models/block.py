"""Blocks between members."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from marketplace.ids import new_id


class Block(models.Model):
    """``blocker`` wants nothing to do with ``blocked``: neither is matched to the other's requests."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks_received")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="accounts_block_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


def blocked_either_way(member_id: UUID) -> set[UUID]:
    """Ids of the members whom this one blocked or who blocked this one."""
    pairs = Block.objects.filter(Q(blocker=member_id) | Q(blocked=member_id)).values_list("blocker_id", "blocked_id")
    return {one for pair in pairs for one in pair} - {member_id}


def block_between(one: str, other: str) -> Exists:
    """Whether one of two members blocks the other; ``one`` and ``other`` are the paths to them in the query."""
    first, second = OuterRef(one), OuterRef(other)
    return Exists(Block.objects.filter(Q(blocker=first, blocked=second) | Q(blocker=second, blocked=first)))
