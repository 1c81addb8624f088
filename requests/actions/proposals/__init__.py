"""What both sides do with proposals. The row of the request is always locked before those of its proposals."""

from requests.actions.proposals.common import StaleTerms
from requests.actions.proposals.countering import counter_proposal, take_back_counter
from requests.actions.proposals.deciding import (
    RefusalReason,
    decline_proposal,
    mark_proposal_viewed,
    shortlist_proposal,
    unshortlist_proposal,
)
from requests.actions.proposals.drafting import AlreadyProposed, discard_draft, save_draft
from requests.actions.proposals.editing import edit_proposal
from requests.actions.proposals.noting import set_client_note
from requests.actions.proposals.submitting import submit_proposal
from requests.actions.proposals.withdrawing import WithdrawReason, withdraw_proposal

__all__ = [
    "AlreadyProposed",
    "RefusalReason",
    "StaleTerms",
    "WithdrawReason",
    "counter_proposal",
    "decline_proposal",
    "discard_draft",
    "edit_proposal",
    "mark_proposal_viewed",
    "save_draft",
    "set_client_note",
    "shortlist_proposal",
    "submit_proposal",
    "take_back_counter",
    "unshortlist_proposal",
    "withdraw_proposal",
]
