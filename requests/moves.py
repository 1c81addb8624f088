"""The states of a request and the legal moves between them, in one place."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from marketplace.errors import IllegalMove
from requests.models import RequestStatus, ServiceRequest

MOVES: Final[Mapping[str, frozenset[str]]] = {
    RequestStatus.DRAFT: frozenset({RequestStatus.OPEN}),
    # In review: the cap of proposals is reached, or the client stops further ones.
    RequestStatus.OPEN: frozenset(
        {RequestStatus.IN_REVIEW, RequestStatus.AWARDED, RequestStatus.CLOSED, RequestStatus.EXPIRED}
    ),
    RequestStatus.IN_REVIEW: frozenset(
        {RequestStatus.OPEN, RequestStatus.AWARDED, RequestStatus.CLOSED, RequestStatus.EXPIRED}
    ),
    # Only where the engagement is cancelled before work began.
    RequestStatus.AWARDED: frozenset({RequestStatus.OPEN}),
    RequestStatus.CLOSED: frozenset({RequestStatus.OPEN}),
    RequestStatus.EXPIRED: frozenset({RequestStatus.OPEN}),
}
ACTIVE: Final = frozenset({RequestStatus.OPEN, RequestStatus.IN_REVIEW})
"""States in which a request is still looking for somebody."""


def may_move(request: ServiceRequest, to: RequestStatus) -> bool:
    """Whether the request's state allows the move."""
    return to in MOVES[request.status]


def require_move(request: ServiceRequest, to: RequestStatus) -> None:
    """Raises IllegalMove, which names both states, unless the move is legal."""
    if not may_move(request, to):
        raise illegal(request, to)


def illegal(request: ServiceRequest, to: RequestStatus) -> IllegalMove:
    """The error for a move that is not legal, or not by this way."""
    return IllegalMove(
        _("This request is %(now)s, so it cannot become %(then)s.")
        % {"now": RequestStatus(request.status).label.lower(), "then": to.label.lower()}
    )
