"""Calls about reviews."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from engagements import actions
from engagements.api.common import read, visible
from engagements.models import Review
from engagements.serializers import ReplyInput, ReviewInput, ReviewSerializer
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound

BOTH_SIDES = ("engagement__client", "engagement__provider")


class ReviewsView(APIView):
    """The two reviews of an engagement."""

    ordering = ("created_at", "id")

    @extend_schema(responses=ReviewSerializer(many=True))
    def get(self, request: Request, engagement_id: UUID) -> Response:
        """Published ones, and before that the caller's own."""
        check_filters(request)
        found = visible(request, engagement_id)
        readable = Review.objects.readable_by(member_of(request)).filter(engagement=found)
        pages = CursorPages()
        rows = pages.paginate_queryset(readable.select_related(*BOTH_SIDES), request, self)
        return pages.get_paginated_response(ReviewSerializer(rows, many=True).data)

    @extend_schema(request=ReviewInput, responses={200: ReviewSerializer, 201: ReviewSerializer})
    @idempotent
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """Writes the caller's review (201), or replaces it while it is hidden (200)."""
        check_filters(request)
        found, given = visible(request, engagement_id), read(request, ReviewInput)
        review, is_new = actions.write_review(
            actor=member_of(request), engagement=found, rating=given["rating"], text=given["text"], now=utc_now()
        )
        return Response(ReviewSerializer(review).data, status=201 if is_new else 200)


class ReplyView(APIView):
    """Answering a review."""

    @extend_schema(request=ReplyInput, responses=ReviewSerializer)
    @idempotent
    def post(self, request: Request, review_id: UUID) -> Response:
        """The reviewed answers once, in public; the same text again is harmless."""
        check_filters(request)
        given = read(request, ReplyInput)
        found = Review.objects.readable_by(member_of(request)).filter(pk=review_id).first()
        if found is None:
            raise NotFound
        replied = actions.reply_to_review(actor=member_of(request), review=found, text=given["text"], now=utc_now())
        return Response(ReviewSerializer(replied).data)
