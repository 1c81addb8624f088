"""What follows where an account is closed or opened again. Upper apps add theirs in ``AppConfig.ready()``."""

from collections.abc import Callable

from accounts.models import Member

Follow = Callable[[Member], None]
"""Called in the transaction that closes or opens the member's account, as ``is_active`` says by then."""

_following: list[Follow] = []


def register(follow: Follow) -> None:
    """Adds what follows."""
    _following.append(follow)


def closed_or_opened(member: Member) -> None:
    """Does all of it."""
    for follow in _following:
        follow(member)
