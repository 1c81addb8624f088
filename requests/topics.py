"""What clients and providers are told about requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic
from requests.models import CloseReason, MatchState, ServiceRequest
from requests.presentation import budget_words, place_words, time_frame_words

Details = Sequence[tuple[str, str]]


def matched_providers(event: Event) -> Iterable[Recipient]:
    """The providers of the matches that the event names."""
    return [Recipient(UUID(each["member"]), {"match": each["match"]}) for each in event.data["matches"]]


def knowing_providers(event: Event) -> Iterable[Recipient]:
    """All providers who were told of the request and have not declined it; of edits only where they matter."""
    if event.kind == "request.edited" and not event.data.get("material"):
        return []
    request = ServiceRequest.objects.filter(pk=event.subject_id).first()
    if request is None:
        return []
    knowing = request.matches.exclude(state=MatchState.DECLINED).values_list("page__member_id", flat=True)
    return [Recipient(member_id) for member_id in knowing]


def client(event: Event) -> Iterable[Recipient]:
    """The client of the request."""
    ids = ServiceRequest.objects.filter(pk=event.subject_id).values_list("client_id", flat=True)
    return [Recipient(member_id) for member_id in ids]


def renderer(
    words: Callable[[Notification, ServiceRequest], Message],
) -> Callable[[Sequence[Notification]], Mapping[UUID, Message]]:
    """A topic's ``render`` out of words about one request. One query for all of them."""

    def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
        ids = {UUID(notification.event.subject_id) for notification in notifications}
        requests = ServiceRequest.objects.select_related("service").in_bulk(ids)
        found = ((each, requests.get(UUID(each.event.subject_id))) for each in notifications)
        return {notification.pk: words(notification, request) for notification, request in found if request}

    return render


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


def _client_words(notification: Notification, request: ServiceRequest) -> Message:
    title = {"title": request.title}
    kind = notification.event.kind
    if kind == "request.matched":
        count = len(notification.event.data["matches"])
        text = ngettext(
            "We told %(count)d provider of “%(title)s”.", "We told %(count)d providers of “%(title)s”.", count
        ) % {"count": count, **title}
        body = _("You will hear from us as soon as somebody answers.")
    elif kind == "request.no_match":
        text = _("Nobody fits “%(title)s” yet.") % title
        body = _("We go on looking. A wider place or budget, or another language, may help.")
    elif kind == "request.expired":
        text = _("Your request “%(title)s” has expired.") % title
        body = _("You can open it again, or post it anew.")
    else:
        text = _("Your request “%(title)s” expires on %(day)s.") % {"day": _day(request), **title}
        body = _("Are you still looking? Renew it with one click, or close it.")
    return Message(text=text, subject=text, body=body, url=f"/requests/{request.pk}/", action=_("See your request"))


def _day(request: ServiceRequest) -> str:
    day: date | None = request.expires_at.date() if request.expires_at else None
    return format_date(day, format="long", locale=(get_language() or "en").replace("-", "_")) if day else ""


TOPICS = (
    Topic(
        key="new_lead",
        label=gettext_lazy("New requests for me"),
        description=gettext_lazy("A client asks for something that you offer."),
        kinds=("request.matched",),
        recipients=matched_providers,
        render=renderer(_lead_words),
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="lead_changes",
        label=gettext_lazy("Changes of requests that I know"),
        description=gettext_lazy("A request that you were told of was changed or closed, or has expired."),
        kinds=("request.edited", "request.closed", "request.expired"),
        recipients=knowing_providers,
        render=renderer(_change_words),
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.QUARTER_HOUR},
    ),
    Topic(
        key="my_requests",
        label=gettext_lazy("News of my requests"),
        description=gettext_lazy("Your request expires soon or has expired, or nobody fits it yet."),
        kinds=("request.no_match", "request.expiring_soon", "request.expired"),
        recipients=client,
        render=renderer(_client_words),
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="providers_found",
        label=gettext_lazy("Providers found"),
        description=gettext_lazy("We told providers of your request."),
        kinds=("request.matched",),
        recipients=client,
        render=renderer(_client_words),
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.OFF},
    ),
)
