"""What providers are told about the requests that they know."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import block_between
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Audience, Message, Recipient, Topic
from requests.actions.nudges import is_unanswered
from requests.models import (
    CloseReason,
    Invitation,
    Match,
    MatchState,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
)
from requests.presentation import budget_words, place_words, time_frame_words
from requests.topics.common import RequestRender

Details = Sequence[tuple[str, str]]
UNANSWERED = (MatchState.NOTIFIED, MatchState.VIEWED)
GONE = (ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN)


def matched_providers(event: Event) -> Iterable[Recipient]:
    """The providers of the matches that the event names."""
    return [Recipient(UUID(each["member"]), {"match": each["match"]}) for each in event.data["matches"]]


def knowing_providers(event: Event) -> Iterable[Recipient]:
    """All providers who were told of the request before and have not declined it, or have a proposal for it, without
    those whom a block keeps from its client; of edits only where they matter. Whom an edit brings is told of the
    request as it is now."""
    if event.kind == "request.edited" and not event.data.get("material"):
        return []
    concerned = Q(request=UUID(event.subject_id)) & ~block_between("page__member", "request__client")
    told = Match.objects.filter(concerned, created_at__lte=event.created_at).exclude(state=MatchState.DECLINED)
    answered = Proposal.objects.filter(concerned).exclude(status__in=GONE)
    ids = told.values_list("page__member_id", flat=True).union(answered.values_list("page__member_id", flat=True))
    return [Recipient(member_id) for member_id in ids]


def _still_open(notifications: Sequence[Notification]) -> Collection[UUID]:
    """Leads of open requests that their providers have not answered, and that no block has ended."""
    leads = Match.objects.filter(
        ~block_between("page__member", "request__client"),
        pk__in={each.data["match"] for each in notifications},
        request__status=RequestStatus.OPEN,
        state__in=UNANSWERED,
    )
    found = {str(pk) for pk in leads.values_list("pk", flat=True)}
    return {each.pk for each in notifications if each.data["match"] in found}


def _still_unanswered(notifications: Sequence[Notification]) -> Collection[UUID]:
    """Reminders of invitations that still wait for an answer."""
    asked = {each.pk: (UUID(each.event.subject_id), each.recipient_id) for each in notifications}
    requests, members = {pair[0] for pair in asked.values()}, {pair[1] for pair in asked.values()}
    waiting = Invitation.objects.filter(is_unanswered(), request__in=requests, page__member__in=members)
    pairs = set(waiting.values_list("request_id", "page__member_id"))
    return {pk for pk, pair in asked.items() if pair in pairs}


def details_of(request: ServiceRequest) -> Details:
    """What a provider wants to know first, as (label, value)."""
    pairs = [
        (_("Service"), request.service.name),
        (_("Budget"), budget_words(request)),
        (_("Where"), place_words(request)),
        (_("When"), time_frame_words(request)),
    ]
    return [(label, value) for label, value in pairs if value]


def _lead_words(_notification: Notification, request: ServiceRequest) -> Message:
    return Message(
        text=_("New request for you: %(title)s") % {"title": request.title},
        subject=_("New request: %(title)s") % {"title": request.title},
        body=request.details[:600],
        url=f"/requests/{request.pk}/",
        details=details_of(request),
        action=_("See the request"),
    )


def asked_provider(event: Event) -> Iterable[Recipient]:
    """The provider who was asked in person and has not answered."""
    return [Recipient(UUID(event.data["member"]))]


def _reminder_words(_notification: Notification, request: ServiceRequest) -> Message:
    text = _("Your answer is awaited: %(title)s") % {"title": request.title}
    return Message(
        text=text,
        subject=text,
        body=_("The client has asked you in person. A proposal is free; if it is not for you, say so with one click."),
        url=f"/requests/{request.pk}/",
        details=details_of(request),
        action=_("See the request"),
    )


def _change_words(notification: Notification, request: ServiceRequest) -> Message:
    title = {"title": request.title}
    if notification.event.kind == "request.closed":
        text = _("The client has closed the request “%(title)s”.") % title
        body = _close_words(notification.event.data)
    elif notification.event.kind == "request.expired":
        text = _("The request “%(title)s” has expired.") % title
        body = _("Its client chose nobody in time.")
    else:
        text = _("The client has changed the request “%(title)s”.") % title
        body = _("Please look at it again before you answer.")
    return Message(text=text, subject=text, body=body, url=f"/requests/{request.pk}/", action=_("See the request"))


def _close_words(data: Mapping[str, Any]) -> str:
    reason = data.get("reason", "")
    words = {
        CloseReason.HIRED_HERE: _("Somebody was hired here."),
        CloseReason.HIRED_ELSEWHERE: _("Somebody was hired elsewhere."),
        CloseReason.NOT_NEEDED: _("The work is no longer needed."),
        CloseReason.NO_FIT: _("Nobody fitted."),
        CloseReason.TOO_EXPENSIVE: _("It was too expensive."),
    }
    return words.get(reason) or str(data.get("words", ""))


TOPICS = (
    Topic(
        key="new_lead",
        label=gettext_lazy("New requests for me"),
        description=gettext_lazy("A client asks for something that you offer."),
        kinds=("request.matched",),
        recipients=matched_providers,
        render=RequestRender(_lead_words),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
        still_wanted=_still_open,
    ),
    Topic(
        key="lead_changes",
        label=gettext_lazy("Changes of requests that I know"),
        description=gettext_lazy("A request that you were told of was changed or closed, or has expired."),
        kinds=("request.edited", "request.closed", "request.expired"),
        recipients=knowing_providers,
        render=RequestRender(_change_words),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.QUARTER_HOUR},
    ),
    Topic(
        key="invitation_reminders",
        label=gettext_lazy("Reminders of clients who asked me"),
        description=gettext_lazy("A client asked you in person and still has no answer after a day."),
        kinds=("invitation.unanswered",),
        recipients=asked_provider,
        render=RequestRender(_reminder_words),
        audience=Audience.PROVIDER,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
        still_wanted=_still_unanswered,
    ),
)
