"""The API's calls about conversations."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import UUIDField
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from accounts.models import Member
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound
from messaging.actions import mark_read, open_answered, open_conversation, send_message
from messaging.actions.sending import Draft
from messaging.live import count_unread
from messaging.models import Conversation, Message, Seat
from messaging.serializers import (
    ConversationSerializer,
    MessageSerializer,
    NewConversation,
    NewMessage,
    ReadAnswer,
    ReadInput,
    represent_conversation,
)
from notifications.models import Notification
from requests.models import ServiceRequest
from services.models import ServicePage


class ConversationsView(GenericAPIView[Seat]):
    """The caller's conversations."""

    serializer_class = ConversationSerializer
    ordering = ("-conversation__created_at", "-conversation__pk")

    def get_queryset(self) -> QuerySet[Seat]:
        """The caller's seats."""
        return _seats(member_of(self.request))

    @extend_schema(
        responses=ConversationSerializer(many=True),
        parameters=[OpenApiParameter("request", UUID, description="Only those about this request.")],
    )
    def get(self, request: Request) -> Response:
        """The caller's conversations, those begun last first. With `request`, each proposal for it has one."""
        check_filters(request, {"request"})
        seats = self.get_queryset()
        if "request" in request.query_params:
            wanted = UUIDField().run_validation(request.query_params["request"])
            open_answered(actor=member_of(request), request_id=wanted, now=utc_now())
            seats = seats.filter(conversation__request=wanted)
        pages = CursorPages()
        return pages.get_paginated_response(_represent(pages.paginate_queryset(seats, request, self)))

    @extend_schema(request=NewConversation, responses={201: ConversationSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Opens the conversation of a request's client and a provider, or finds it. Nobody is told before a message."""
        check_filters(request)
        given = NewConversation(data=request.data)
        given.is_valid(raise_exception=True)
        about = ServiceRequest.objects.select_related("client").filter(pk=given.validated_data["request"]).first()
        page = ServicePage.objects.select_related("member").filter(pk=given.validated_data["page"]).first()
        if about is None or page is None:
            raise NotFound
        member = member_of(request)
        made = open_conversation(actor=member, request=about, page=page, now=utc_now())
        return Response(_represent([_seats(member).get(conversation=made)])[0], status=201)


class ConversationView(APIView):
    """One conversation."""

    @extend_schema(responses=ConversationSerializer)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Who talks, about what, and how far both have read."""
        check_filters(request)
        seat = _seats(member_of(request)).filter(conversation=conversation_id).first()
        if seat is None:
            raise NotFound
        return Response(_represent([seat])[0])


class MessagesView(GenericAPIView[Message]):
    """The messages of a conversation."""

    serializer_class = MessageSerializer
    ordering = ("-sequence",)

    def get_queryset(self) -> QuerySet[Message]:
        """With their files."""
        return Message.objects.visible_to(member_of(self.request)).prefetch_related("attachments")

    @extend_schema(responses=MessageSerializer(many=True))
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """The latest first."""
        check_filters(request)
        found = _visible(request, conversation_id)
        pages = CursorPages()
        rows = pages.paginate_queryset(self.get_queryset().filter(conversation=found), request, self)
        return pages.get_paginated_response(MessageSerializer(rows, many=True).data)

    @extend_schema(request=NewMessage, responses={201: MessageSerializer})
    @idempotent
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Sends a message. The same `client_id` again answers with the same message and sends nothing.

        Errors: 403 `you_blocked`, `blocked`, `awaits_answer`; 409 `conversation_closed`; 429 `too_many_messages`.
        """
        check_filters(request)
        found = _visible(request, conversation_id)
        given = NewMessage(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        draft = Draft(values["body"], values["client_id"], values["attachments"])
        sent = send_message(actor=member_of(request), conversation=found, draft=draft, now=utc_now())
        return Response(MessageSerializer(sent).data, status=201)


class ReadView(APIView):
    """Marking as read."""

    @extend_schema(request=ReadInput, responses=ReadAnswer)
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Up to a message, or everything. Going back is not possible; repeats are harmless."""
        check_filters(request)
        found, member = _visible(request, conversation_id), member_of(request)
        given = ReadInput(data=request.data)
        given.is_valid(raise_exception=True)
        until = given.validated_data.get("sequence")
        seat = mark_read(actor=member, conversation=found, until=until, now=utc_now())
        return Response(
            {
                "read_sequence": seat.read_sequence,
                "unread": seat.unread,
                "unread_conversations": count_unread(member.pk),
                "unread_notifications": Notification.objects.visible_to(member).count_unread(),
            }
        )


def _seats(member: Member) -> QuerySet[Seat]:
    mine = Seat.objects.filter(member=member)
    return mine.select_related("conversation__client", "conversation__provider")


def _represent(seats: Sequence[Seat]) -> list[dict[str, Any]]:
    """One query for the other sides of all of them."""
    ids = [each.conversation_id for each in seats]
    members = [each.member_id for each in seats]
    others = {
        each.conversation_id: each for each in Seat.objects.filter(conversation__in=ids).exclude(member__in=members)
    }
    return [represent_conversation(each, others[each.conversation_id]) for each in seats]


def _visible(request: Request, conversation_id: UUID) -> Conversation:
    found = Conversation.objects.visible_to(member_of(request)).with_all().filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found
