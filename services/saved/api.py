"""The API's calls about saved searches."""

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import FieldProblem, InvalidInput, NotFound
from services.actions import change_search, delete_search, save_search
from services.models import SavedSearch
from services.saved.kinds import Kind, all_kinds
from services.saved.serializers import SavedSearchChanges, SavedSearchInput, SavedSearchSerializer


class SavedSearchesView(APIView):
    """The caller's saved searches."""

    @extend_schema(responses=SavedSearchSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All kinds, newest first."""
        check_filters(request)
        pages = CursorPages()
        rows = pages.paginate_queryset(SavedSearch.objects.visible_to(member_of(request)), request)
        return pages.get_paginated_response(SavedSearchSerializer(rows, many=True).data)

    @extend_schema(request=SavedSearchInput, responses={201: SavedSearchSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Saves a search; the same one twice is refused."""
        check_filters(request)
        serializer = SavedSearchInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        given = _given(_kind(values["kind"]), values.pop("query"))
        search = save_search(actor=member_of(request), given=given, now=utc_now(), **values)
        return Response(SavedSearchSerializer(search).data, status=201)


class SavedSearchView(APIView):
    """One saved search."""

    @extend_schema(responses=SavedSearchSerializer)
    def get(self, request: Request, search_id: UUID) -> Response:
        """The search. Reading it here does not count as looking at its results."""
        check_filters(request)
        return Response(SavedSearchSerializer(_own(request, search_id)).data)

    @extend_schema(request=SavedSearchChanges, responses=SavedSearchSerializer)
    def patch(self, request: Request, search_id: UUID) -> Response:
        """Changes name and alert, as far as they are given."""
        check_filters(request)
        search = _own(request, search_id)
        serializer = SavedSearchChanges(data=request.data)
        serializer.is_valid(raise_exception=True)
        changed = change_search(
            actor=member_of(request), search=search, changes=serializer.validated_data, now=utc_now()
        )
        return Response(SavedSearchSerializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, search_id: UUID) -> Response:
        """Forgets it."""
        check_filters(request)
        delete_search(actor=member_of(request), search=_own(request, search_id))
        return Response(status=204)


def _own(request: Request, search_id: UUID) -> SavedSearch:
    search = SavedSearch.objects.visible_to(member_of(request)).filter(pk=search_id).first()
    if search is None:
        raise NotFound
    return search


def _kind(key: str) -> Kind:
    """The kind; raises InvalidInput."""
    found = {kind.key: kind for kind in all_kinds()}
    if key not in found:
        message = _("Choose one of: %(choices)s.") % {"choices": ", ".join(found)}
        raise InvalidInput(fields={"kind": [{"code": "invalid_choice", "message": message}]})
    return found[key]


def _given(kind: Kind, query: str) -> QueryDict:
    """The parameters; raises InvalidInput for one that this kind of search does not have."""
    given = QueryDict(query.removeprefix("?"))
    problem: FieldProblem = {"code": "unknown_filter", "message": _("There is no such filter.")}
    unknown = {name[:100]: [problem] for name in given if name not in kind.names}
    if unknown:
        raise InvalidInput(code="unknown_filter", fields=unknown)
    return given
