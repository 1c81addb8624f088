"""What clients do with their requests, and providers with their leads."""

from requests.actions.activity import renew_by_activity
from requests.actions.award import (
    AlreadyAwarded,
    OwnOffer,
    accept_standing_terms,
    award_request,
    unaward_request,
)
from requests.actions.clocks import expire_due, remind_due, renew_request
from requests.actions.close import close_request
from requests.actions.edit import StaleRequest, create_request, edit_request
from requests.actions.leads import DeclineReason, decline_match, mark_match_viewed
from requests.actions.nudges import nudge_idle_clients, nudge_invited
from requests.actions.proposals import (
    AlreadyProposed,
    RefusalReason,
    StaleTerms,
    WithdrawReason,
    counter_proposal,
    decline_proposal,
    discard_draft,
    edit_proposal,
    mark_proposal_viewed,
    save_draft,
    set_client_note,
    shortlist_proposal,
    submit_proposal,
    take_back_counter,
    unshortlist_proposal,
    withdraw_proposal,
)
from requests.actions.publish import post_request, publish_request, reopen_request
from requests.actions.rate_client import record_client_rating
from requests.actions.repost import repost_request
from requests.actions.review import end_review, start_review

__all__ = [
    "AlreadyAwarded",
    "AlreadyProposed",
    "DeclineReason",
    "OwnOffer",
    "RefusalReason",
    "StaleRequest",
    "StaleTerms",
    "WithdrawReason",
    "accept_standing_terms",
    "award_request",
    "close_request",
    "counter_proposal",
    "create_request",
    "decline_match",
    "decline_proposal",
    "discard_draft",
    "edit_proposal",
    "edit_request",
    "end_review",
    "expire_due",
    "mark_match_viewed",
    "mark_proposal_viewed",
    "nudge_idle_clients",
    "nudge_invited",
    "post_request",
    "publish_request",
    "record_client_rating",
    "remind_due",
    "renew_by_activity",
    "renew_request",
    "reopen_request",
    "repost_request",
    "save_draft",
    "set_client_note",
    "shortlist_proposal",
    "start_review",
    "submit_proposal",
    "take_back_counter",
    "unaward_request",
    "unshortlist_proposal",
    "withdraw_proposal",
]
