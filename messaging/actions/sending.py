"""Sending messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.models import Member
from attachments.actions import attach
from marketplace.api.errors import as_marketplace_error
from marketplace.errors import InvalidInput
from marketplace.validators import clean_line, clean_text
from messaging.actions.opening import open_conversation
from messaging.errors import NothingWritten
from messaging.live import tell_sent
from messaging.models import LONGEST_BODY, LONGEST_CLIENT_ID, Conversation, Message, Seat
from messaging.models.conversation import LONGEST_PREVIEW
from messaging.rules import check_may_write, check_pace
from notifications.events import record
from notifications.timing import next_quarter
from requests.actions import renew_by_activity
from requests.models import ServiceRequest
from services.models import ServicePage

SENT = "message.sent"
PRESENT = timedelta(minutes=1)
"""Who read something within this time is in the conversation, and need not be told of each message."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as its sender hands it in. ``files`` are ids of uploads of hers."""

    body: str
    client_id: str
    files: Sequence[UUID] = ()


def begin_conversation(
    *, actor: Member, request: ServiceRequest, page: ServicePage, draft: Draft, now: datetime
) -> Message:
    """Opens the conversation where there is none yet, and sends into it. Raises what both do."""
    with transaction.atomic():
        conversation = open_conversation(actor=actor, request=request, page=page, now=now)
        return send_message(actor=actor, conversation=conversation, draft=draft, now=now)


def send_message(*, actor: Member, conversation: Conversation, draft: Draft, now: datetime) -> Message:
    """The message, sent now or, where its ``client_id`` was sent before, then.

    Raises NotAllowed, Blocked, BlockedByOther, AwaitsAnswer, ConversationClosed, TooManyMessages, NothingWritten,
    InvalidInput, TooManyFiles, UnknownAttachment.
    """
    draft = _cleaned(draft)
    with transaction.atomic():
        if actor.pk == conversation.client_id:
            # She is still looking. Before the conversation's lock: the request's always comes first.
            renew_by_activity(request_id=conversation.request_id, now=now, by_client=True)
        conversation = _locked(conversation)
        sent = Message.objects.filter(conversation=conversation, sender=actor, client_id=draft.client_id).first()
        if sent is not None:
            return sent
        check_may_write(actor=actor, conversation=conversation, now=now)
        check_pace(actor, now)
        message = _store(actor, conversation, draft, now)
        _tell(actor, conversation, message, now)
    return message


def _cleaned(draft: Draft) -> Draft:
    try:
        body = clean_text(draft.body, most=LONGEST_BODY)
    except ValidationError as error:
        raise _about("body", error) from error
    try:
        client_id = clean_line(draft.client_id, most=LONGEST_CLIENT_ID)
    except ValidationError as error:
        raise _about("client_id", error) from error
    if not client_id:
        raise InvalidInput(fields={"client_id": [{"code": "required", "message": "client_id"}]})
    if not body and not draft.files:
        raise NothingWritten
    return Draft(body, client_id, draft.files)


def _about(field: str, error: ValidationError) -> InvalidInput:
    found = as_marketplace_error(ValidationError({field: error}))
    assert isinstance(found, InvalidInput)
    return found


def _locked(conversation: Conversation) -> Conversation:
    """As it is now, held until the transaction ends, so that numbers have no gaps and retries find each other."""
    locks = Conversation.objects.select_for_update(no_key=True, of=("self",)).with_all()
    return locks.get(pk=conversation.pk)


def _store(actor: Member, conversation: Conversation, draft: Draft, now: datetime) -> Message:
    files = attach(actor=actor, ids=draft.files, now=now)
    message = Message.objects.create(
        conversation=conversation,
        sequence=conversation.last_sequence + 1,
        sender=actor,
        body=draft.body,
        client_id=draft.client_id,
        created_at=now,
    )
    if files:
        message.attachments.set(files)
    conversation.last_sequence = message.sequence
    conversation.last_sender = actor
    conversation.last_preview = " ".join((draft.body or files[0].name).split())[:LONGEST_PREVIEW]
    conversation.last_message_at = now
    conversation.client_has_written = conversation.client_has_written or actor.pk == conversation.client_id
    conversation.save(
        update_fields=["last_sequence", "last_sender", "last_preview", "last_message_at", "client_has_written"]
    )
    Seat.objects.filter(conversation=conversation).exclude(member=actor).update(unread=F("unread") + 1, active_at=now)
    Seat.objects.filter(conversation=conversation, member=actor).update(active_at=now)
    return message


def _tell(actor: Member, conversation: Conversation, message: Message, now: datetime) -> None:
    """The streams of both at once; the other's notifications unless she was told or is reading."""
    other = Seat.objects.exclude(member=actor).get(conversation=conversation)
    if _is_worth_telling(other, now):
        Seat.objects.filter(pk=other.pk).update(told_at=now)
        record(
            kind=SENT,
            actor=actor,
            subject_type="conversation",
            subject_id=conversation.pk,
            now=now,
            data={"recipient": str(other.member_id), "request": str(conversation.request_id)},
        )
    tell_sent(conversation, message, now=now)


def _is_worth_telling(seat: Seat, now: datetime) -> bool:
    """Once in each quarter of an hour, when bundled mail leaves, and whenever an absent reader gets the first one."""
    if seat.told_at is None or next_quarter(seat.told_at) != next_quarter(now):
        return True
    is_present = seat.read_at is not None and now - seat.read_at < PRESENT
    return seat.unread == 1 and not is_present
