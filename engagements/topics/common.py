"""What all topics about engagements share: whom an event concerns, and the words for many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from engagements.models import Engagement, other_side
from notifications.models import Event, Notification
from notifications.topics import Message, Recipient
from requests.models import Side

Words = Callable[[Notification, Engagement, Side], Message]


def engagement_of(event: Event) -> Engagement | None:
    """The engagement that the event is about."""
    return Engagement.objects.filter(pk=event.subject_id).first()


def tell(engagement: Engagement, sides: Iterable[str]) -> list[Recipient]:
    """The members on these sides, each with the side on which she is told."""
    ids = {Side.CLIENT: engagement.client_id, Side.PROVIDER: engagement.provider_id}
    return [Recipient(ids[Side(side)], {"side": str(side)}) for side in sides]


def across(event: Event, name: str = "by") -> list[Side]:
    """The side across from the one that the event's data names; both where it names none."""
    named = event.data.get(name)
    return [other_side(named)] if named else list(Side)


def renderer(words: Words) -> Callable[[Sequence[Notification]], Mapping[UUID, Message]]:
    """A topic's ``render`` out of words about one engagement. One query for all of them."""

    def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
        ids = {UUID(each.event.subject_id) for each in notifications}
        engagements = Engagement.objects.with_all().in_bulk(ids)
        found = ((each, engagements.get(UUID(each.event.subject_id))) for each in notifications)
        return {each.pk: words(each, it, Side(each.data["side"])) for each, it in found if it is not None}

    return render


def address(engagement: Engagement) -> str:
    """Path of the engagement's page."""
    return f"/engagements/{engagement.pk}/"
