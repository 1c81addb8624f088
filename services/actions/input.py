"""Keeping what a provider typed, though it is not valid yet or not for others to see."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Member
from marketplace.errors import NotAllowed
from services.models import PageInput, ServicePage

MOST_CHARACTERS = 100_000
"""Longer input is not kept between visits; the form that was sent comes back with it all the same."""


def keep_input(
    *, actor: Member, page: ServicePage, step: str, data: Mapping[str, Sequence[str]], now: datetime
) -> bool:
    """Stores the step as typed in place of what was kept before; False where it is too long for that."""
    _own(actor, page)
    clean = {name: [value.replace("\0", "") for value in values] for name, values in data.items()}
    if sum(len(value) for values in clean.values() for value in values) > MOST_CHARACTERS:
        return False
    PageInput.objects.update_or_create(page=page, step=step, defaults={"data": clean, "saved_at": now})
    return True


def discard_input(*, actor: Member, page: ServicePage, step: str) -> None:
    """Forgets what was kept of the step; harmless where nothing was."""
    _own(actor, page)
    PageInput.objects.filter(page=page, step=step).delete()


def _own(actor: Member, page: ServicePage) -> None:
    if page.member_id != actor.pk:
        raise NotAllowed
