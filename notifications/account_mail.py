"""Mail about an account, sent by a worker."""

from accounts.adapter import AccountRules


class AccountAdapter(AccountRules):
    """Allauth's hooks."""
