"""The states of a proposal and the legal moves between them, in one place."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from marketplace.errors import IllegalMove
from requests.models import Proposal, ProposalStatus

MOVES: Final[Mapping[str, frozenset[str]]] = {
    ProposalStatus.DRAFT: frozenset({ProposalStatus.SUBMITTED}),
    ProposalStatus.SUBMITTED: frozenset(
        {
            ProposalStatus.SHORTLISTED,
            ProposalStatus.DECLINED,
            ProposalStatus.WITHDRAWN,
            ProposalStatus.ACCEPTED,
            ProposalStatus.NOT_CHOSEN,
        }
    ),
    ProposalStatus.SHORTLISTED: frozenset(
        {
            ProposalStatus.SUBMITTED,
            ProposalStatus.DECLINED,
            ProposalStatus.WITHDRAWN,
            ProposalStatus.ACCEPTED,
            ProposalStatus.NOT_CHOSEN,
        }
    ),
    # Final. A provider who withdrew proposes again with a new proposal.
    ProposalStatus.DECLINED: frozenset(),
    ProposalStatus.WITHDRAWN: frozenset(),
    # Only where the engagement is cancelled before work began: by the provider, or by the client.
    ProposalStatus.ACCEPTED: frozenset({ProposalStatus.WITHDRAWN, ProposalStatus.DECLINED}),
    # Only where the request opens again.
    ProposalStatus.NOT_CHOSEN: frozenset({ProposalStatus.SUBMITTED}),
}


def may_move(proposal: Proposal, to: ProposalStatus) -> bool:
    """Whether the proposal's state allows the move."""
    return to in MOVES[proposal.status]


def require_move(proposal: Proposal, to: ProposalStatus) -> None:
    """Raises IllegalMove, which names both states, unless the move is legal."""
    if not may_move(proposal, to):
        raise IllegalMove(
            _("This proposal is %(now)s, so it cannot become %(then)s.")
            % {"now": ProposalStatus(proposal.status).label.lower(), "then": to.label.lower()}
        )
