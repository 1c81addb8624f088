"""What clients are told about the proposals that they get."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Audience, Message, Recipient, Topic
from requests.models import Proposal, Side
from requests.presentation.proposals import terms_details
from requests.topics.common import client_of_proposal, proposal_renderer


def _client_unless_hers(event: Event) -> Iterable[Recipient]:
    return [] if event.data.get("by") == Side.CLIENT else client_of_proposal(event)


def _words(notification: Notification, proposal: Proposal) -> Message:
    names = {"name": proposal.page.member.display_name, "title": proposal.request.title}
    texts = {
        "proposal.submitted": _("%(name)s sent a proposal for “%(title)s”."),
        "proposal.revised": _("%(name)s changed the proposal for “%(title)s”."),
        "proposal.countered": _("%(name)s answered with other terms for “%(title)s”."),
        "proposal.counter_taken_back": _("%(name)s took the last terms for “%(title)s” back. Yours stand again."),
        "proposal.withdrawn": _("%(name)s withdrew the proposal for “%(title)s”."),
    }
    text = texts[notification.event.kind] % names
    is_gone = notification.event.kind == "proposal.withdrawn"
    return Message(
        text=text,
        subject=text,
        body="" if is_gone else proposal.scope[:600],
        url=f"/proposals/{proposal.pk}/",
        details=[] if is_gone else terms_details(proposal),
        action=_("See the proposal"),
    )


TOPICS = (
    Topic(
        key="proposals_received",
        label=gettext_lazy("New proposals for my requests"),
        description=gettext_lazy("A provider answers your request."),
        kinds=("proposal.submitted",),
        recipients=client_of_proposal,
        render=proposal_renderer(_words),
        audience=Audience.CLIENT,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="proposal_changes",
        label=gettext_lazy("Changes of proposals for my requests"),
        description=gettext_lazy("A provider changes or withdraws a proposal, or answers with other terms."),
        kinds=("proposal.revised", "proposal.countered", "proposal.counter_taken_back", "proposal.withdrawn"),
        recipients=_client_unless_hers,
        render=proposal_renderer(_words),
        audience=Audience.CLIENT,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.QUARTER_HOUR},
    ),
)
