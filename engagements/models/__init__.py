"""Data of the engagements app."""

from engagements.models.engagement import (
    ACTIVE,
    CancelReason,
    Engagement,
    EngagementQuerySet,
    EngagementStatus,
    other_side,
)
from engagements.models.past_client import NoMailWanted, OutsideReview, PastClient, PastClientStatus
from engagements.models.review import LONGEST_REPLY, LONGEST_TEXT, Opinion, Review, ReviewQuerySet

__all__ = [
    "ACTIVE",
    "LONGEST_REPLY",
    "LONGEST_TEXT",
    "CancelReason",
    "Engagement",
    "EngagementQuerySet",
    "EngagementStatus",
    "NoMailWanted",
    "Opinion",
    "OutsideReview",
    "PastClient",
    "PastClientStatus",
    "Review",
    "ReviewQuerySet",
    "other_side",
]
