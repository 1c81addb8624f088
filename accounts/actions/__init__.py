"""What members, staff and operators do with accounts."""

from accounts.actions.blocks import block_member, unblock_member
from accounts.actions.members import close_account, ensure_member, reopen_account
from accounts.actions.profile import Profile, update_profile
from accounts.actions.tokens import issue_token, revoke_token

__all__ = [
    "Profile",
    "block_member",
    "close_account",
    "ensure_member",
    "issue_token",
    "reopen_account",
    "revoke_token",
    "unblock_member",
    "update_profile",
]
