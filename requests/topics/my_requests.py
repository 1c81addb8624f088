"""What clients are told about their requests."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.models import Channel, Notification, Timing
from notifications.topics import Audience, Message, Topic
from requests.models import ServiceRequest, Visibility
from requests.topics.common import RequestRender, client


def _client_words(notification: Notification, request: ServiceRequest) -> Message:
    title = {"title": request.title}
    kind = notification.event.kind
    if kind == "request.matched":
        count = len(notification.event.data["matches"])
        text = ngettext(
            "We told %(count)d provider of “%(title)s”.", "We told %(count)d providers of “%(title)s”.", count
        ) % {"count": count, **title}
        body = _("You will hear from us as soon as somebody answers.")
    elif kind == "request.no_match" and request.visibility == Visibility.INVITED:
        text = _("Nobody whom you asked could be told of “%(title)s”.") % title
        body = _("Their pages are not published at present. Ask somebody else, or let everybody who fits answer.")
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
    return date_format(timezone.localtime(request.expires_at)) if request.expires_at else ""


def _waiting_words(notification: Notification, request: ServiceRequest) -> Message:
    count = notification.event.data["proposals"]
    text = ngettext(
        "%(count)d proposal for “%(title)s” waits for you.", "%(count)d proposals for “%(title)s” wait for you.", count
    ) % {"count": count, "title": request.title}
    body = _("Providers took the time to answer. Shortlist, ask, decline with a reason, or accept: all help them plan.")
    url = f"/requests/{request.pk}/#proposals"
    return Message(text=text, subject=text, body=body, url=url, action=_("Compare the proposals"))


TOPICS = (
    Topic(
        key="my_requests",
        label=gettext_lazy("News of my requests"),
        description=gettext_lazy("Your request expires soon or has expired, or nobody fits it yet."),
        kinds=("request.no_match", "request.expiring_soon", "request.expired"),
        recipients=client,
        render=RequestRender(_client_words),
        audience=Audience.CLIENT,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
    Topic(
        key="providers_found",
        label=gettext_lazy("Providers found"),
        description=gettext_lazy("We told providers of your request."),
        kinds=("request.matched",),
        recipients=client,
        render=RequestRender(_client_words),
        audience=Audience.CLIENT,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.OFF},
    ),
    Topic(
        key="proposals_waiting",
        label=gettext_lazy("Reminders of proposals that wait for me"),
        description=gettext_lazy("Proposals for your request have been undecided for three days."),
        kinds=("request.waiting",),
        recipients=client,
        render=RequestRender(_waiting_words),
        audience=Audience.CLIENT,
        defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
    ),
)
