"""Calls about past clients from outside."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from engagements import actions
from engagements.api.common import read
from engagements.models import OutsideReview, PastClient
from engagements.serializers import PastClientInput, PastClientSerializer, ReplyInput
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound
from services.models import ServicePage


class PastClientsView(APIView):
    """The past clients whom the caller invited."""

    @extend_schema(responses=PastClientSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        check_filters(request)
        mine = PastClient.objects.filter(page__member=member_of(request)).select_related("mail", "review")
        pages = CursorPages()
        rows = pages.paginate_queryset(mine, request, self)
        return pages.get_paginated_response(PastClientSerializer(rows, many=True).data)

    @extend_schema(request=PastClientInput, responses={201: PastClientSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Writes one mail to somebody for whom the caller worked outside this marketplace."""
        check_filters(request)
        given = read(request, PastClientInput)
        page = ServicePage.objects.filter(member=member_of(request)).first()
        if page is None:
            raise NotFound
        made = actions.invite_past_client(
            actor=member_of(request),
            page=page,
            name=given["name"],
            email=given["email"],
            has_consent=given["consent"],
            now=utc_now(),
        )
        return Response(PastClientSerializer(made).data, status=201)


class PastClientReplyView(APIView):
    """Answering what a past client wrote."""

    @extend_schema(request=ReplyInput, responses=PastClientSerializer)
    @idempotent
    def post(self, request: Request, past_client_id: UUID) -> Response:
        """Once, in public; the same text again is harmless."""
        check_filters(request)
        given = read(request, ReplyInput)
        mine = OutsideReview.objects.filter(page__member=member_of(request)).select_related("past_client__mail")
        found = mine.filter(past_client=past_client_id).first()
        if found is None:
            raise NotFound
        replied = actions.reply_to_outside_review(
            actor=member_of(request), review=found, text=given["text"], now=utc_now()
        )
        found.past_client.review = replied
        return Response(PastClientSerializer(found.past_client).data)
