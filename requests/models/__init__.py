"""Data of the requests app."""

from requests.models.match import Match, MatchState, Wave
from requests.models.publication import Publication
from requests.models.request import (
    BudgetType,
    CloseReason,
    Invitation,
    Matching,
    RequestQuerySet,
    RequestStatus,
    ServiceRequest,
    TimeFrame,
    Visibility,
)

__all__ = [
    "BudgetType",
    "CloseReason",
    "Invitation",
    "Match",
    "MatchState",
    "Matching",
    "Publication",
    "RequestQuerySet",
    "RequestStatus",
    "ServiceRequest",
    "TimeFrame",
    "Visibility",
    "Wave",
]
