"""Who may read the files of messages."""

from django.db.models import Q

from accounts.models import Member
from attachments.models import Attachment
from messaging.models import Message


def of_own_conversations(member: Member) -> Q:
    """Both sides of the conversation, also after one has blocked the other."""
    messages = Message.objects.visible_to(member)
    return Q(pk__in=Attachment.objects.filter(messages__in=messages).values("pk"))
