"""What the topics of this app share: who is concerned, and words about one request or one proposal at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notifications.models import Event, Notification
from notifications.topics import Message, Recipient, Render
from requests.models import Proposal, ServiceRequest


def client(event: Event) -> Iterable[Recipient]:
    """The client of the request, whom the event may name."""
    if "client" in event.data:
        return [Recipient(UUID(event.data["client"]))]
    ids = ServiceRequest.objects.filter(pk=event.subject_id).values_list("client_id", flat=True)
    return [Recipient(member_id) for member_id in ids]


def client_of_proposal(event: Event) -> Iterable[Recipient]:
    """The client to whom the proposal was sent."""
    ids = Proposal.objects.filter(pk=event.subject_id).values_list("request__client_id", flat=True)
    return [Recipient(member_id) for member_id in ids]


def provider_of_proposal(event: Event) -> Iterable[Recipient]:
    """The provider who made the proposal."""
    ids = Proposal.objects.filter(pk=event.subject_id).values_list("page__member_id", flat=True)
    return [Recipient(member_id) for member_id in ids]


@dataclass(frozen=True, slots=True)
class RequestRender:
    """A topic's ``render`` out of words about one request. One query for all of them."""

    words: Callable[[Notification, ServiceRequest], Message]

    def __call__(self, notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
        """Messages by the notifications' ids."""
        return self.read(notifications)(notifications)

    def read(self, notifications: Sequence[Notification]) -> Render:
        """See ``ReadsAhead``."""
        ids = {UUID(notification.event.subject_id) for notification in notifications}
        requests = ServiceRequest.objects.select_related("service").in_bulk(ids)

        def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
            found = ((each, requests.get(UUID(each.event.subject_id))) for each in notifications)
            return {notification.pk: self.words(notification, request) for notification, request in found if request}

        return render


def proposal_renderer(words: Callable[[Notification, Proposal], Message]) -> Render:
    """The same out of words about one proposal: the event's subject, or the one that the recipient's data names."""

    def render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
        ids = {_proposal_id(notification) for notification in notifications}
        proposals = Proposal.objects.select_related("request", "page__member").in_bulk(ids)
        found = ((each, proposals.get(_proposal_id(each))) for each in notifications)
        return {notification.pk: words(notification, proposal) for notification, proposal in found if proposal}

    return render


def told_in(event: Event, name: str) -> Iterable[Recipient]:
    """The providers whom the event lists under ``name``, each with her proposal."""
    rows: list[dict[str, Any]] = event.data.get(name, [])
    return [Recipient(UUID(row["member"]), {"proposal": row["proposal"]}) for row in rows]


def _proposal_id(notification: Notification) -> UUID:
    return UUID(notification.data.get("proposal") or notification.event.subject_id)
