"""What the two sides of an engagement do: agree, work, finish or cancel, and review each other."""

from engagements.actions.accept import accept_proposal
from engagements.actions.cancel import cancel_engagement
from engagements.actions.clocks import sweep_engagements
from engagements.actions.past_clients import (
    LinkUsed,
    decline_invitation,
    invite_past_client,
    reply_to_outside_review,
    sweep_past_clients,
    write_outside_review,
)
from engagements.actions.reply import AlreadyReplied, reply_to_review
from engagements.actions.review import ReviewsClosed, write_review
from engagements.actions.work import complete_engagement, set_back_completion, start_work

__all__ = [
    "AlreadyReplied",
    "LinkUsed",
    "ReviewsClosed",
    "accept_proposal",
    "cancel_engagement",
    "complete_engagement",
    "decline_invitation",
    "invite_past_client",
    "reply_to_outside_review",
    "reply_to_review",
    "set_back_completion",
    "start_work",
    "sweep_engagements",
    "sweep_past_clients",
    "write_outside_review",
    "write_review",
]
