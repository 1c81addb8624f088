"""What the two sides of an engagement do: agree, work, finish or cancel, and review each other."""

from engagements.actions.accept import accept_proposal
from engagements.actions.cancel import cancel_engagement
from engagements.actions.clocks import sweep_engagements
from engagements.actions.reply import AlreadyReplied, reply_to_review
from engagements.actions.review import ReviewsClosed, write_review
from engagements.actions.work import complete_engagement, set_back_completion, start_work

__all__ = [
    "AlreadyReplied",
    "ReviewsClosed",
    "accept_proposal",
    "cancel_engagement",
    "complete_engagement",
    "reply_to_review",
    "set_back_completion",
    "start_work",
    "sweep_engagements",
    "write_review",
]
