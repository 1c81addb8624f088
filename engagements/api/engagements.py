"""Calls about engagements: accepting, the list, the course of the work."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from engagements import actions
from engagements.api.common import answer, read, represent, visible
from engagements.models import Engagement, EngagementStatus
from engagements.serializers import AcceptedSerializer, AcceptInput, CancelInput, EngagementSerializer, SetBackInput
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, NotFound
from requests.models import Proposal, Side

CHOICES = {"status": EngagementStatus.values, "side": Side.values}


class AcceptView(APIView):
    """Accepting a proposal."""

    @extend_schema(request=AcceptInput, responses=AcceptedSerializer)
    @idempotent
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """On the terms that stand: the request is awarded, all others are told. Repeated on the winner: the same."""
        check_filters(request)
        member = member_of(request)
        given = read(request, AcceptInput)
        proposal = Proposal.objects.visible_to(member).filter(pk=proposal_id).first()
        if proposal is None:
            raise NotFound
        made = actions.accept_proposal(actor=member, proposal=proposal, now=utc_now(), version=given.get("version"))
        return Response(AcceptedSerializer(made, context={"reader": member}).data)


class EngagementsView(APIView):
    """The caller's own engagements."""

    ordering = ("-agreed_at", "-id")

    @extend_schema(
        responses=EngagementSerializer(many=True),
        parameters=[OpenApiParameter(name, enum=values) for name, values in CHOICES.items()],
    )
    def get(self, request: Request) -> Response:
        """Newest first, on either side."""
        check_filters(request, set(CHOICES))
        member = member_of(request)
        status, side = (_one_of(request, name) for name in CHOICES)
        mine = Engagement.objects.of(member).with_all()
        if side:
            mine = mine.filter(**{side: member})
        pages = CursorPages()
        rows = pages.paginate_queryset(mine.filter(status=status) if status else mine, request, self)
        return pages.get_paginated_response([represent(request, each) for each in rows])


class EngagementView(APIView):
    """One engagement."""

    @extend_schema(responses=EngagementSerializer)
    def get(self, request: Request, engagement_id: UUID) -> Response:
        """For its two sides and staff."""
        check_filters(request)
        return answer(request, visible(request, engagement_id))


class StartView(APIView):
    """Work begins."""

    @extend_schema(request=None, responses=EngagementSerializer)
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """Either side says so; harmless when it has begun already."""
        check_filters(request)
        found = visible(request, engagement_id)
        return answer(request, actions.start_work(actor=member_of(request), engagement=found, now=utc_now()))


class CompleteView(APIView):
    """The work is completed."""

    @extend_schema(request=None, responses=EngagementSerializer)
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """The first side marks it, the other one confirms; repeating either is harmless."""
        check_filters(request)
        found = visible(request, engagement_id)
        return answer(request, actions.complete_engagement(actor=member_of(request), engagement=found, now=utc_now()))


class SetBackView(APIView):
    """Not completed yet."""

    @extend_schema(request=SetBackInput, responses=EngagementSerializer)
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """Contests the other side's mark, or takes back one's own."""
        check_filters(request)
        found, given = visible(request, engagement_id), read(request, SetBackInput)
        done = actions.set_back_completion(
            actor=member_of(request), engagement=found, words=given["words"], now=utc_now()
        )
        return answer(request, done)


class CancelView(APIView):
    """Cancelling."""

    @extend_schema(request=CancelInput, responses=EngagementSerializer)
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """Before work began the request opens again; harmless when it is cancelled already."""
        check_filters(request)
        found, given = visible(request, engagement_id), read(request, CancelInput)
        cancelled = actions.cancel_engagement(
            actor=member_of(request), engagement=found, reason=given["reason"], words=given["words"], now=utc_now()
        )
        return answer(request, cancelled)


def _one_of(request: Request, name: str) -> str | None:
    given = request.query_params.get(name)
    if given is not None and given not in CHOICES[name]:
        message = _("Choose one of: %(choices)s.") % {"choices": ", ".join(CHOICES[name])}
        raise InvalidInput(fields={name: [{"code": "unknown_value", "message": message}]})
    return given
