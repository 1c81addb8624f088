"""What clients do with their requests, and providers with their leads."""

from requests.actions.award import (
    AlreadyAwarded,
    OwnOffer,
    StaleTerms,
    accept_standing_terms,
    award_request,
    unaward_request,
)
from requests.actions.clocks import expire_due, remind_due, renew_request
from requests.actions.close import close_request
from requests.actions.edit import StaleRequest, create_request, edit_request
from requests.actions.leads import DeclineReason, decline_match, mark_match_viewed
from requests.actions.publish import post_request, publish_request, reopen_request
from requests.actions.rate_client import record_client_rating
from requests.actions.repost import repost_request
from requests.actions.review import end_review, start_review

__all__ = [
    "AlreadyAwarded",
    "DeclineReason",
    "OwnOffer",
    "StaleRequest",
    "StaleTerms",
    "accept_standing_terms",
    "award_request",
    "close_request",
    "create_request",
    "decline_match",
    "edit_request",
    "end_review",
    "expire_due",
    "mark_match_viewed",
    "post_request",
    "publish_request",
    "record_client_rating",
    "remind_due",
    "renew_request",
    "reopen_request",
    "repost_request",
    "start_review",
    "unaward_request",
]
