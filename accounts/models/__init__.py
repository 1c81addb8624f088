"""Data of the accounts app."""

from accounts.models.block import Block, block_between, blocked_either_way
from accounts.models.idempotency import IdempotencyKey
from accounts.models.member import Member, MemberManager, MemberQuerySet
from accounts.models.setup import SetupKey
from accounts.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Block",
    "IdempotencyKey",
    "Member",
    "MemberManager",
    "MemberQuerySet",
    "SetupKey",
    "block_between",
    "blocked_either_way",
]
