"""Conversations for tests."""

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from accounts.models import Member
from messaging.actions import open_conversation, send_message
from messaging.actions.sending import Draft
from messaging.models import Conversation, Message
from requests.models import Match, MatchState, RequestStatus, ServiceRequest
from services.models import ServicePage
from tests import factories


def match(request: ServiceRequest, page: ServicePage, state: MatchState = MatchState.NOTIFIED) -> Match:
    """The provider was told of the request."""
    return Match.objects.create(request=request, page=page, rank=1, score=0.5, state=state, notified_at=timezone.now())


def open_request(client: Member, page: ServicePage | None = None, **fields: object) -> ServiceRequest:
    """An open request, of which the page was told."""
    service = page.services.first() if page is not None else None
    values = {"status": RequestStatus.OPEN, "expires_at": timezone.now(), **fields}
    request = factories.make_request(client, service=service, **values)
    if page is not None:
        match(request, page)
    return request


def conversation(client: Member, page: ServicePage, **fields: object) -> Conversation:
    """The conversation of a client and a provider who was told of her request."""
    request = open_request(client, page, **fields)
    return open_conversation(actor=client, request=request, page=page, now=timezone.now())


def say(
    it: Conversation, member: Member, body: str = "Hello", *, client_id: str = "", now: datetime | None = None
) -> Message:
    """A message."""
    draft = Draft(body, client_id or uuid4().hex)
    return send_message(actor=member, conversation=it, draft=draft, now=now or timezone.now())
