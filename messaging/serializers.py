"""Conversations and messages in the API, and the input that it takes."""

from typing import Any

from rest_framework import serializers

from accounts.models import Member
from attachments.errors import MOST_FILES
from attachments.serializers import AttachmentSerializer
from marketplace.api import StrictSerializer
from messaging.models import LONGEST_CLIENT_ID, Message, Seat


class PartySerializer(serializers.Serializer[Any]):
    """One of the two who talk."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class LastMessageSerializer(serializers.Serializer[Any]):
    """The beginning of the latest message."""

    sequence = serializers.IntegerField()
    sender = serializers.UUIDField(allow_null=True)
    preview = serializers.CharField()
    created_at = serializers.DateTimeField()


class ConversationSerializer(serializers.Serializer[Any]):
    """A conversation as one of the two sees it. Describes what ``represent_conversation`` makes."""

    id = serializers.UUIDField()
    request = serializers.UUIDField()
    page = serializers.UUIDField()
    client = PartySerializer()
    provider = PartySerializer()
    unread = serializers.IntegerField(help_text="Messages of the other side that the caller has not read.")
    read_sequence = serializers.IntegerField(help_text="How far the caller has read.")
    other_read_sequence = serializers.IntegerField(help_text="How far the other side has read.")
    last_message = LastMessageSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message."""

    conversation = serializers.UUIDField(source="conversation_id", read_only=True)
    sender = serializers.UUIDField(source="sender_id", read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = Message
        fields = ("id", "conversation", "sequence", "sender", "body", "client_id", "attachments", "created_at")
        read_only_fields = fields


class NewConversation(StrictSerializer):
    """Whose conversation, about what."""

    request = serializers.UUIDField()
    page = serializers.UUIDField(help_text="Id of the provider's service page.")


class NewMessage(StrictSerializer):
    """What is sent. The rest of the rules are the action's."""

    body = serializers.CharField(allow_blank=True, trim_whitespace=False, required=False, default="")
    client_id = serializers.CharField(
        max_length=LONGEST_CLIENT_ID, help_text="Your own name for it: sent again, it is the same message."
    )
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_FILES * 2,
        help_text="Ids from `POST /attachments/`, at most 10.",
    )


class ReadInput(StrictSerializer):
    """How far the caller has read; everything where it is missing."""

    sequence = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class ReadAnswer(serializers.Serializer[Any]):
    """Where the caller stands now."""

    read_sequence = serializers.IntegerField()
    unread = serializers.IntegerField()
    unread_conversations = serializers.IntegerField(help_text="100 stands for that many and more.")
    unread_notifications = serializers.IntegerField(help_text="100 stands for that many and more.")


def represent_conversation(mine: Seat, other: Seat) -> dict[str, Any]:
    """The conversation as the member of ``mine`` sees it, as ``ConversationSerializer`` describes it."""
    it = mine.conversation
    last = None
    if it.last_sequence:
        last = {
            "sequence": it.last_sequence,
            "sender": it.last_sender_id,
            "preview": it.last_preview,
            "created_at": it.last_message_at,
        }
    return {
        "id": it.pk,
        "request": it.request_id,
        "page": it.page_id,
        "client": _party(it.client),
        "provider": _party(it.provider),
        "unread": mine.unread,
        "read_sequence": mine.read_sequence,
        "other_read_sequence": other.read_sequence,
        "last_message": last,
        "created_at": it.created_at,
    }


def _party(member: Member) -> dict[str, Any]:
    return {"id": member.pk, "name": member.display_name}
