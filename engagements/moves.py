"""The states of an engagement and the legal moves between them, in one place."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from engagements.models import Engagement, EngagementStatus
from marketplace.errors import IllegalMove

MOVES: Final[Mapping[str, frozenset[str]]] = {
    EngagementStatus.AGREED: frozenset({EngagementStatus.UNDER_WAY, EngagementStatus.CANCELLED}),
    EngagementStatus.UNDER_WAY: frozenset({EngagementStatus.COMPLETED, EngagementStatus.CANCELLED}),
    # Final. What was done stays done, and its reviews with it.
    EngagementStatus.COMPLETED: frozenset(),
    EngagementStatus.CANCELLED: frozenset(),
}


def may_move(engagement: Engagement, to: EngagementStatus) -> bool:
    """Whether the engagement's state allows the move."""
    return to in MOVES[engagement.status]


def require_move(engagement: Engagement, to: EngagementStatus) -> None:
    """Raises IllegalMove, which names both states, unless the move is legal."""
    if not may_move(engagement, to):
        raise IllegalMove(
            _("This engagement is %(now)s, so it cannot become %(then)s.")
            % {"now": EngagementStatus(engagement.status).label.lower(), "then": to.label.lower()}
        )
