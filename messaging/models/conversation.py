"""Conversations, and the two seats that each has."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.ids import new_id
from requests.models import ServiceRequest, Side
from services.models import ServicePage

LONGEST_PREVIEW = 140


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Sets of conversations."""

    def visible_to(self, member: Member | None) -> Self:
        """Those in which the member has a seat. Staff have none: they read what was reported, in the admin."""
        if member is None or not member.is_authenticated:
            return self.none()
        return self.filter(Q(client=member) | Q(provider=member))

    def with_all(self) -> Self:
        """With what pages and answers name beside each."""
        return self.select_related("request__service", "page", "client", "provider")


class Conversation(models.Model):
    """What the client of a request and one provider write to each other.

    Messages are numbered from 1; ``last_sequence`` is the number of the last one, 0 before anything was written. The
    beginning of the last message stands here too, so that an inbox reads no messages.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="conversations")
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="conversations")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    client_has_written = models.BooleanField(default=False, editable=False)
    last_sequence = models.PositiveIntegerField(default=0, editable=False)
    last_sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    last_preview = models.CharField(max_length=LONGEST_PREVIEW, blank=True, default="", editable=False)
    last_message_at = models.DateTimeField(null=True, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "page"], name="messaging_conversation_once"),
            models.CheckConstraint(condition=~Q(client=models.F("provider")), name="messaging_conversation_two"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.page_id}"

    def side_of(self, member: Member) -> Side | None:
        """Where the member sits; None for everybody else."""
        if member.pk == self.client_id:
            return Side.CLIENT
        return Side.PROVIDER if member.pk == self.provider_id else None

    def other(self, member: Member) -> Member:
        """The one on the other side."""
        return self.provider if member.pk == self.client_id else self.client


class SeatQuerySet(models.QuerySet["Seat"]):
    """Sets of seats."""

    def inbox_of(self, member: Member) -> Self:
        """The member's seats where something was written, the latest first."""
        mine = self.filter(member=member, active_at__isnull=False)
        return mine.order_by("-active_at", "-pk")

    def unread(self) -> Self:
        """Those with something unread."""
        return self.filter(unread__gt=0)


class Seat(models.Model):
    """One side of a conversation: how far its member has read, and what her inbox is sorted by.

    ``unread`` counts the other side's messages after ``read_sequence``. ``told_at`` is when she was last notified.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    unread = models.PositiveIntegerField(default=0, editable=False)
    read_sequence = models.PositiveIntegerField(default=0, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    active_at = models.DateTimeField(_("time of the last message"), null=True, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "side"], name="messaging_seat_once"),
            models.UniqueConstraint(fields=["conversation", "member"], name="messaging_seat_of_member"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="messaging_seat_side"),
        ]
        indexes: ClassVar = [
            # The inbox, the latest first.
            models.Index(fields=["member", "-active_at", "-id"], name="messaging_seat_inbox"),
            # The number in the header of every page, and the inbox's filter.
            models.Index(
                fields=["member", "-active_at", "-id"], condition=Q(unread__gt=0), name="messaging_seat_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.side}"
