"""News of past clients from outside."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagements.models import PastClient
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Audience, Message, Recipient, Topic
from services.models import ServicePage


def recipients(event: Event) -> Iterable[Recipient]:
    """The provider."""
    ids = ServicePage.objects.filter(pk=event.subject_id).values_list("member_id", flat=True)
    return [Recipient(member_id) for member_id in ids]


def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
    """One query for all of them."""
    ids = {UUID(each.event.data["past_client"]) for each in notifications}
    found = PastClient.objects.select_related("page").in_bulk(ids)
    messages = {}
    for each in notifications:
        past_client = found.get(UUID(each.event.data["past_client"]))
        if past_client is not None:
            text = _("%(name)s, a past client, has reviewed you") % {"name": past_client.name}
            url = f"/services/{past_client.page.slug}/#outside-title"
            messages[each.pk] = Message(text=text, subject=text, url=url, action=_("Read it"))
    return messages


PAST_CLIENTS = Topic(
    key="past_clients",
    label=gettext_lazy("Past clients"),
    description=gettext_lazy("Somebody whom you invited has reviewed you."),
    kinds=("past_client.reviewed",),
    recipients=recipients,
    render=render,
    audience=Audience.PROVIDER,
    defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
)
