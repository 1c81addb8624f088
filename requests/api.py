"""The API's calls about requests and matches."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from marketplace.api import CursorPages, check_filters
from marketplace.api.filters import one_of
from marketplace.clock import utc_now
from marketplace.errors import NotAllowed, NotFound
from requests import actions
from requests.client_facts import client_facts
from requests.models import Match, MatchState, RequestStatus, ServiceRequest
from requests.serializers import (
    LeadSerializer,
    MatchSerializer,
    Reason,
    RequestChanges,
    RequestInput,
    RequestSerializer,
)
from requests.similar import warnings_about
from services.models import ServicePage


class RequestsView(APIView):
    """The caller's own requests."""

    @extend_schema(
        responses=RequestSerializer(many=True), parameters=[OpenApiParameter("status", enum=RequestStatus.values)]
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        check_filters(request, {"status"})
        mine = _shown(ServiceRequest.objects.filter(client=member_of(request)))
        status = one_of(request, "status", RequestStatus.values)
        pages = CursorPages()
        rows = pages.paginate_queryset(mine.filter(status=status) if status else mine, request, self)
        context = {"reader": member_of(request)}
        return pages.get_paginated_response(RequestSerializer(rows, many=True, context=context).data)

    @extend_schema(request=RequestInput, responses={201: RequestSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Creates a request and publishes it, unless ``draft``. A similar one is taken too, with a warning.

        Errors: 429 `posting_limit` (also for publishing, reopening and reposting), after 120 in an hour.
        """
        check_filters(request)
        values = RequestInput.read(request.data)
        act: Callable[..., ServiceRequest] = actions.create_request if values.pop("draft") else actions.post_request
        now = utc_now()
        made = act(actor=member_of(request), values=values, now=now)
        warnings = warnings_about(made, now=now)
        if any(values.get(name) for name in ("invited_pages", "attachments", "order")):
            return _answer(request, made, status=201, warnings=warnings)
        context = {"reader": member_of(request), "warnings": warnings, "bare": True}
        return Response(RequestSerializer(made, context=context).data, status=201)


class RequestView(APIView):
    """One request."""

    @extend_schema(responses=RequestSerializer)
    def get(self, request: Request, request_id: UUID) -> Response:
        """The caller's own, or one that she was told of."""
        check_filters(request)
        return _answer(request, _visible(request, request_id))

    @extend_schema(request=RequestChanges, responses=RequestSerializer)
    def patch(self, request: Request, request_id: UUID) -> Response:
        """Changes the fields that are given; null empties one. Providers who fit or are asked only now are told within
        seconds."""
        check_filters(request)
        found = _visible(request, request_id)
        serializer = RequestChanges(data=request.data)
        serializer.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(serializer.validated_data)
        version = changes.pop("version", None)
        edited = actions.edit_request(
            actor=member_of(request), request=found, changes=changes, now=utc_now(), version=version
        )
        return _answer(request, edited)


class PublishView(APIView):
    """Publishing a draft."""

    @extend_schema(request=None, responses=RequestSerializer)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Counts the request and has it matched; harmless when it is open already."""
        check_filters(request)
        found = _visible(request, request_id)
        published = actions.publish_request(
            actor=member_of(request), request=found, now=utc_now(), require_answers=False
        )
        return _answer(request, published)


class CloseView(APIView):
    """Closing a request."""

    @extend_schema(request=Reason, responses=RequestSerializer)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Ends the search; harmless when it is closed already."""
        check_filters(request)
        found = _visible(request, request_id)
        closed = actions.close_request(actor=member_of(request), request=found, reason=_reason(request), now=utc_now())
        return _answer(request, closed)


class ReopenView(APIView):
    """Opening a closed or expired request again."""

    @extend_schema(request=None, responses=RequestSerializer)
    def post(self, request: Request, request_id: UUID) -> Response:
        """It is not counted again; providers who do not know it yet are told."""
        check_filters(request)
        found = _visible(request, request_id)
        return _answer(request, actions.reopen_request(actor=member_of(request), request=found, now=utc_now()))


class RepostView(APIView):
    """Posting the same again."""

    @extend_schema(request=None, responses={201: RequestSerializer})
    @idempotent
    def post(self, request: Request, request_id: UUID) -> Response:
        """A new request with the same contents, published and counted."""
        check_filters(request)
        found = _visible(request, request_id)
        now = utc_now()
        with transaction.atomic():
            copy = actions.repost_request(actor=member_of(request), request=found, now=now)
            copy = actions.publish_request(actor=member_of(request), request=copy, now=now, require_answers=False)
        return _answer(request, copy, status=201)


class RequestMatchesView(APIView):
    """The providers whom a request was announced to."""

    ordering = ("rank", "id")

    @extend_schema(responses=MatchSerializer(many=True))
    def get(self, request: Request, request_id: UUID) -> Response:
        """Best first; for the client and staff."""
        check_filters(request)
        found, member = _visible(request, request_id), member_of(request)
        if found.client_id != member.pk and not member.is_staff:
            raise NotAllowed
        pages = CursorPages()
        rows = pages.paginate_queryset(found.matches.select_related("request"), request, self)
        return pages.get_paginated_response(MatchSerializer(rows, many=True).data)


class LeadsView(APIView):
    """The caller's own leads."""

    @extend_schema(responses=LeadSerializer(many=True), parameters=[OpenApiParameter("state", enum=MatchState.values)])
    def get(self, request: Request) -> Response:
        """Newest first."""
        check_filters(request, {"state"})
        page_id = ServicePage.objects.filter(member=member_of(request)).values_list("pk", flat=True).first()
        mine = Match.objects.filter(page=page_id).select_related("request")
        state = one_of(request, "state", MatchState.values)
        pages = CursorPages()
        rows = pages.paginate_queryset(mine.filter(state=state) if state else mine, request, self) or []
        context = {"clients": client_facts(row.request.client_id for row in rows)}
        return pages.get_paginated_response(LeadSerializer(rows, many=True, context=context).data)


class DeclineView(APIView):
    """Declining a lead."""

    @extend_schema(request=Reason, responses=LeadSerializer)
    def post(self, request: Request, match_id: UUID) -> Response:
        """For a reason; harmless when it is declined already."""
        check_filters(request)
        member = member_of(request)
        match = Match.objects.select_related("page", "request").filter(pk=match_id, page__member=member).first()
        if match is None:
            raise NotFound
        declined = actions.decline_match(actor=member, match=match, reason=_reason(request), now=utc_now())
        declined.request = match.request
        context = {"clients": client_facts([match.request.client_id])}
        return Response(LeadSerializer(declined, context=context).data)


def _visible(request: Request, request_id: UUID) -> ServiceRequest:
    found = ServiceRequest.objects.visible_to(member_of(request)).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def _shown(requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return requests.select_related("service").prefetch_related("invitations", "attachments")


def _answer(request: Request, found: ServiceRequest, *, status: int = 200, **context: Any) -> Response:
    shown = _shown(ServiceRequest.objects.filter(pk=found.pk)).get()
    reader = member_of(request)
    if shown.client_id != reader.pk:
        context["clients"] = client_facts([shown.client_id])
    serializer = RequestSerializer(shown, context={"reader": reader, **context})
    return Response(serializer.data, status=status)


def _reason(request: Request) -> str:
    serializer = Reason(data=request.data)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["reason"])
