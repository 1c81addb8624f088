"""Messages."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.models import Attachment
from marketplace.ids import new_id
from messaging.models.conversation import Conversation

LONGEST_BODY = 5000
LONGEST_CLIENT_ID = 64


class MessageQuerySet(models.QuerySet["Message"]):
    """Sets of messages."""

    def visible_to(self, member: Member) -> Self:
        """Those of the member's own conversations."""
        return self.filter(Q(conversation__client=member) | Q(conversation__provider=member))


class Message(models.Model):
    """What one side wrote: plain text, files, or both.

    ``client_id`` is the sender's own name for it: sent again, it is the same message.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sequence = models.PositiveIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(_("text"), max_length=LONGEST_BODY, blank=True, default="")
    client_id = models.CharField(max_length=LONGEST_CLIENT_ID)
    attachments = models.ManyToManyField(Attachment, related_name="messages", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "sequence"], name="messaging_message_in_order"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_id"], name="messaging_message_once_however_often_sent"
            ),
        ]
        indexes: ClassVar = [
            # How much somebody wrote within the last minute and hour.
            models.Index(fields=["sender", "-created_at"], name="messaging_message_by_sender"),
            # The search over one's own messages.
            GinIndex(SearchVector("body", config="simple"), name="messaging_message_words"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.sequence}"
