"""The API's calls about proposals. Accepting one belongs to the engagements."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from marketplace.api import CursorPages, check_filters
from marketplace.api.filters import one_of
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from requests import actions
from requests.models import Proposal, ProposalStatus, ServiceRequest
from requests.presentation.proposals import warnings_about_proposal
from requests.proposal_serializers import (
    CounterInput,
    ProposalChanges,
    ProposalInput,
    ProposalSerializer,
    Refusal,
    Withdrawal,
)

STATUS = OpenApiParameter("status", enum=ProposalStatus.values)


class ProposalsView(APIView):
    """The proposals for one request."""

    @extend_schema(responses=ProposalSerializer(many=True), parameters=[STATUS])
    def get(self, request: Request, request_id: UUID) -> Response:
        """Newest first: all that were sent for the client and staff, a provider's own for her."""
        check_filters(request, {"status"})
        found = visible_request(request, request_id)
        return _listed(request, Proposal.objects.visible_to(member_of(request)).filter(request=found), self)

    @extend_schema(request=ProposalInput, responses={201: ProposalSerializer})
    @idempotent
    def post(self, request: Request, request_id: UUID) -> Response:
        """Sends a proposal, unless ``draft``. A text that nearly repeats another is taken too, with a warning."""
        check_filters(request)
        found = visible_request(request, request_id)
        serializer = ProposalInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(serializer.validated_data)
        act = _keep if values.pop("draft") else actions.submit_proposal
        made = act(actor=member_of(request), request=found, values=values, now=utc_now())
        return answer(request, made, status=201, warnings=warnings_about_proposal(made))


class OwnProposalsView(APIView):
    """The caller's own proposals."""

    @extend_schema(responses=ProposalSerializer(many=True), parameters=[STATUS])
    def get(self, request: Request) -> Response:
        """Newest first, drafts too."""
        check_filters(request, {"status"})
        return _listed(request, Proposal.objects.filter(page__member=member_of(request)), self)


class ProposalView(APIView):
    """One proposal."""

    @extend_schema(responses=ProposalSerializer)
    def get(self, request: Request, proposal_id: UUID) -> Response:
        """For its two sides and staff. Reading it does not mark it viewed."""
        check_filters(request)
        return answer(request, visible(request, proposal_id))

    @extend_schema(request=ProposalChanges, responses=ProposalSerializer)
    def patch(self, request: Request, proposal_id: UUID) -> Response:
        """Changes the fields that are given. What the client has seen is revised, and she is told."""
        check_filters(request)
        found, member = visible(request, proposal_id), member_of(request)
        serializer = ProposalChanges(data=request.data)
        serializer.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(serializer.validated_data)
        if found.request.client_id == member.pk:
            return answer(request, _note(request, found, changes))
        if "client_note" in changes:
            raise NotAllowed(_("Only the client keeps a note."))
        version = changes.pop("version", None)
        edited = actions.edit_proposal(actor=member, proposal=found, changes=changes, now=utc_now(), version=version)
        return answer(request, edited)


class WithdrawView(APIView):
    """Taking a proposal back."""

    @extend_schema(request=Withdrawal, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """Its place is free again; harmless when it is withdrawn already."""
        check_filters(request)
        found = visible(request, proposal_id)
        given = _read(Withdrawal, request)
        return answer(
            request, actions.withdraw_proposal(actor=member_of(request), proposal=found, now=utc_now(), **given)
        )


class ViewView(APIView):
    """Marking a proposal as opened."""

    @extend_schema(request=None, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """The provider is told once; harmless when it was opened before."""
        return _act(request, proposal_id, actions.mark_proposal_viewed)


class ShortlistView(APIView):
    """The client's shortlist."""

    @extend_schema(request=None, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """Puts the proposal on it; harmless when it is there already."""
        return _act(request, proposal_id, actions.shortlist_proposal)

    @extend_schema(request=None, responses={200: ProposalSerializer})
    def delete(self, request: Request, proposal_id: UUID) -> Response:
        """Takes it off; harmless when it is not on it."""
        return _act(request, proposal_id, actions.unshortlist_proposal)


class DeclineProposalView(APIView):
    """Declining a proposal."""

    @extend_schema(request=Refusal, responses=ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """For a reason that the provider is told; harmless when it is declined already."""
        check_filters(request)
        found = visible(request, proposal_id)
        given = _read(Refusal, request)
        return answer(
            request, actions.decline_proposal(actor=member_of(request), proposal=found, now=utc_now(), **given)
        )


class CounterView(APIView):
    """Counter-offers, by either side."""

    @extend_schema(request=CounterInput, responses=ProposalSerializer)
    @idempotent
    def post(self, request: Request, proposal_id: UUID) -> Response:
        """Names other terms, which the other side may accept."""
        check_filters(request)
        found = visible(request, proposal_id)
        given = _read(CounterInput, request)
        said, version = given.pop("note"), given.pop("version", None)
        countered = actions.counter_proposal(
            actor=member_of(request), proposal=found, terms=given, said=said, version=version, now=utc_now()
        )
        return answer(request, countered)

    @extend_schema(request=None, responses={200: ProposalSerializer})
    def delete(self, request: Request, proposal_id: UUID) -> Response:
        """Takes one's own counter-offer back: the other side's last terms stand again."""
        return _act(request, proposal_id, actions.take_back_counter)


def visible(request: Request, proposal_id: UUID) -> Proposal:
    """The proposal, among those that the caller may see. Raises NotFound."""
    shown = Proposal.objects.visible_to(member_of(request)).select_related("request", "page")
    found = shown.filter(pk=proposal_id).first()
    if found is None:
        raise NotFound
    return found


def visible_request(request: Request, request_id: UUID) -> ServiceRequest:
    """The request, among those that the caller may see. Raises NotFound."""
    found = ServiceRequest.objects.visible_to(member_of(request)).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def answer(request: Request, proposal: Proposal, *, status: int = 200, **context: Any) -> Response:
    """The proposal as it is now, for the caller."""
    shown = with_all(Proposal.objects.filter(pk=proposal.pk)).get()
    serializer = ProposalSerializer(shown, context={"reader": member_of(request), **context})
    return Response(serializer.data, status=status)


def with_all(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Everything that ``ProposalSerializer`` shows, in a fixed number of queries."""
    return proposals.select_related("request", "page__member").prefetch_related("terms", "attachments")


def _keep(**given: Any) -> Proposal:
    """A draft that is right in all that it says. Raises InvalidInput otherwise, and keeps nothing."""
    with transaction.atomic():
        draft, problems = actions.save_draft(**given)
        if problems:
            raise InvalidInput(fields=problems)
    return draft


def _note(request: Request, proposal: Proposal, changes: dict[str, Any]) -> Proposal:
    if set(changes) - {"client_note"}:
        raise NotAllowed(_("Answer with a counter-offer: only the provider edits the proposal."))
    text = str(changes.get("client_note", proposal.client_note))
    return actions.set_client_note(actor=member_of(request), proposal=proposal, text=text, now=utc_now())


def _listed(request: Request, proposals: QuerySet[Proposal], view: APIView) -> Response:
    status = one_of(request, "status", ProposalStatus.values)
    pages = CursorPages()
    shown = with_all(proposals.filter(status=status) if status else proposals)
    rows = pages.paginate_queryset(shown, request, view)
    context = {"reader": member_of(request)}
    return pages.get_paginated_response(ProposalSerializer(rows, many=True, context=context).data)


def _act(request: Request, proposal_id: UUID, action: Callable[..., Proposal]) -> Response:
    check_filters(request)
    found = visible(request, proposal_id)
    return answer(request, action(actor=member_of(request), proposal=found, now=utc_now()))


def _read(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
