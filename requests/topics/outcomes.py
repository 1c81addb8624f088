"""What providers are told about the proposals that they made. Nobody is left in silence."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Audience, Message, Recipient, Topic
from requests.models import Proposal, Side
from requests.presentation.proposals import outcome_words, terms_details
from requests.topics.common import proposal_renderer, provider_of_proposal, told_in


def _decided(event: Event) -> Iterable[Recipient]:
    """The provider whose proposal was declined, or all those whose standing ones were not chosen."""
    if event.kind == "proposal.declined":
        return provider_of_proposal(event)
    return told_in(event, "not_chosen")


def _back(event: Event) -> Iterable[Recipient]:
    return told_in(event, "back")


def _provider_unless_hers(event: Event) -> Iterable[Recipient]:
    return [] if event.data.get("by") == Side.PROVIDER else provider_of_proposal(event)


def _outcome(notification: Notification, proposal: Proposal) -> Message:
    title = {"title": proposal.request.title}
    texts = {
        "proposal.declined": _("The client has declined your proposal for “%(title)s”."),
        "request.awarded": _("The client of “%(title)s” has chosen somebody else."),
        "request.closed": _("The client has closed “%(title)s”, for which you made a proposal."),
        "request.expired": _("“%(title)s”, for which you made a proposal, has expired."),
    }
    return _message(texts[notification.event.kind] % title, proposal, body=outcome_words(proposal))


def _news(notification: Notification, proposal: Proposal) -> Message:
    title = {"title": proposal.request.title}
    texts = {
        "proposal.viewed": _("The client has opened your proposal for “%(title)s”."),
        "proposal.shortlisted": _("Your proposal for “%(title)s” is on the client's shortlist."),
        "proposal.countered": _("The client of “%(title)s” offers you other terms."),
        "proposal.counter_taken_back": _("The client of “%(title)s” took the counter-offer back. Yours stands again."),
        "request.unawarded": _("“%(title)s” is open again, and so is your proposal."),
        "request.reopened": _("“%(title)s” is open again, and so is your proposal."),
    }
    body = ""
    if notification.event.kind == "proposal.countered":
        body = _("Accept it, and you have agreed at once; or answer with terms of your own.")
    return _message(texts[notification.event.kind] % title, proposal, body=body)


def _message(text: str, proposal: Proposal, *, body: str) -> Message:
    return Message(
        text=text,
        subject=text,
        body=body,
        url=f"/proposals/{proposal.pk}/",
        details=terms_details(proposal),
        action=_("See your proposal"),
    )


TOPICS = (
    Topic(
        key="proposal_outcomes",
        label=gettext_lazy("What became of my proposals"),
        description=gettext_lazy("A proposal of yours was declined or not chosen, with the reason, or stands again."),
        kinds=("proposal.declined", "request.awarded", "request.closed", "request.expired"),
        recipients=_decided,
        render=proposal_renderer(_outcome),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="proposals_back",
        label=gettext_lazy("My proposals that stand again"),
        description=gettext_lazy("A request for which you made a proposal is open again."),
        kinds=("request.unawarded", "request.reopened"),
        recipients=_back,
        render=proposal_renderer(_news),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="counter_offers",
        label=gettext_lazy("Counter-offers of clients"),
        description=gettext_lazy("A client answers your proposal with other terms, or takes them back."),
        kinds=("proposal.countered", "proposal.counter_taken_back"),
        recipients=_provider_unless_hers,
        render=proposal_renderer(_news),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="proposal_shortlisted",
        label=gettext_lazy("My proposals on a shortlist"),
        description=gettext_lazy("A client puts your proposal on the shortlist."),
        kinds=("proposal.shortlisted",),
        recipients=provider_of_proposal,
        render=proposal_renderer(_news),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.QUARTER_HOUR},
    ),
    Topic(
        key="proposal_viewed",
        label=gettext_lazy("My proposals that were opened"),
        description=gettext_lazy("A client opens your proposal for the first time."),
        kinds=("proposal.viewed",),
        recipients=provider_of_proposal,
        render=proposal_renderer(_news),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.OFF},
    ),
)
