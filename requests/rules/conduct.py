"""How many proposals a provider may make in a day: few at first, more with time and with proposals accepted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from requests.models import Proposal, ProposalStatus
from services.models import ServicePage

DAY: Final = timedelta(hours=24)
MONTH: Final = timedelta(days=30)
PROVEN: Final = 3
"""Proposals accepted from which a provider may make the most."""
COPIES: Final = 5
"""Proposals of 30 days that nearly repeat one to another client, from which growth is taken back."""
OFF_TOPIC: Final = 3
"""Proposals of 30 days declined as not answering the request, from which growth is taken back."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """What the number a day goes by. ``copies`` and ``off_topic`` count within 30 days."""

    age: timedelta
    wins: int = 0
    copies: int = 0
    off_topic: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a provider may still do today. ``next_at`` is when a place is free again, where none is left."""

    limit: int
    used: int
    next_at: datetime | None = None

    @property
    def left(self) -> int:
        """Proposals that may be made now."""
        return max(0, self.limit - self.used)


def daily_limit(conduct: Conduct, *, least: int, most: int) -> int:
    """Proposals in 24 hours, from ``least`` to ``most``, in steps of a third of the way:

    | member for      | none accepted | 1 or 2    | 3 or more |
    |-----------------|---------------|-----------|-----------|
    | under 30 days   | least         | one third | most      |
    | 30 days or more | one third     | two thirds| most      |

    Whoever copies the same text to many clients, or is declined as off topic time and again, gets ``least``.
    """
    if conduct.copies >= COPIES or conduct.off_topic >= OFF_TOPIC:
        return least
    if conduct.wins >= PROVEN:
        return most
    steps = (conduct.age >= MONTH) + (conduct.wins >= 1)
    return least + (most - least) * steps // 3


def allowance(page: ServicePage, *, least: int, most: int, now: datetime) -> Allowance:
    """The page's allowance of the 24 hours before ``now``; ``page.member`` should be loaded. One query."""
    today = Q(submitted_at__gt=now - DAY)
    month = Q(submitted_at__gt=now - MONTH)
    facts = Proposal.objects.filter(page=page).aggregate(
        wins=Count("id", filter=Q(status=ProposalStatus.ACCEPTED)),
        copies=Count("id", filter=month & Q(similar_to__page=page)),
        off_topic=Count("id", filter=month & Q(status=ProposalStatus.DECLINED, outcome_reason="off_topic")),
        used=Count("id", filter=today),
        oldest=Min("submitted_at", filter=today),
    )
    age = now - page.member.created_at
    conduct = Conduct(age=age, wins=facts["wins"], copies=facts["copies"], off_topic=facts["off_topic"])
    limit = daily_limit(conduct, least=least, most=most)
    is_full = facts["used"] >= limit
    return Allowance(limit=limit, used=facts["used"], next_at=facts["oldest"] + DAY if is_full else None)
