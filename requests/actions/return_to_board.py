"""Requests that are on the board again after they were taken off it too soon for every saved search to have looked."""

from datetime import datetime
from typing import Final

from notifications.models import Event
from requests.models import ServiceRequest, Visibility
from services.actions.publish import EVERY_SEARCH_LOOKED

TAKEN_OFF: Final = ("request.closed", "request.expired", "request.in_review", "request.awarded")
"""Events after which a request takes no proposals, so that the board does not show it."""


def note_return(request: ServiceRequest, *, now: datetime) -> None:
    """Sets, without saving, that the saved searches of the board look at the request once more.

    For each move back to open, before its own event is written. One query where the request is on the board.
    """
    if request.visibility == Visibility.BOARD and _was_there_briefly(request):
        request.back_on_board_at = now


def _was_there_briefly(request: ServiceRequest) -> bool:
    since = request.back_on_board_at or request.moved_to_board_at or request.first_published_at
    ends = Event.objects.filter(subject_type="request", subject_id=str(request.pk), kind__in=TAKEN_OFF)
    ended_at = ends.order_by("-created_at").values_list("created_at", flat=True).first()
    return since is not None and ended_at is not None and ended_at - since < EVERY_SEARCH_LOOKED
