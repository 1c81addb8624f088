"""Data of the requests app."""

from requests.models.client_record import ClientRecord
from requests.models.match import Match, MatchState, Wave
from requests.models.price_range import PriceRange
from requests.models.proposal import (
    CANCELLED,
    STANDING,
    NotChosenReason,
    PriceType,
    Proposal,
    ProposalQuerySet,
    ProposalStatus,
    ProposalTerms,
    Side,
)
from requests.models.publication import Publication
from requests.models.ranking import FairShare, LearnedRanking, LearningLook
from requests.models.request import (
    BudgetType,
    CloseReason,
    Invitation,
    Matching,
    RequestQuerySet,
    RequestStatus,
    ReviewReason,
    ServiceRequest,
    TimeFrame,
    Visibility,
)

__all__ = [
    "CANCELLED",
    "STANDING",
    "BudgetType",
    "ClientRecord",
    "CloseReason",
    "FairShare",
    "Invitation",
    "LearnedRanking",
    "LearningLook",
    "Match",
    "MatchState",
    "Matching",
    "NotChosenReason",
    "PriceRange",
    "PriceType",
    "Proposal",
    "ProposalQuerySet",
    "ProposalStatus",
    "ProposalTerms",
    "Publication",
    "RequestQuerySet",
    "RequestStatus",
    "ReviewReason",
    "ServiceRequest",
    "Side",
    "TimeFrame",
    "Visibility",
    "Wave",
]
