"""The API's calls about lists of pages."""

from uuid import UUID

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from marketplace.api import CursorPages, check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound
from services import actions
from services.lists.serializers import ListedPageInput, ListedPageSerializer, PageListInput, PageListSerializer
from services.models import PageList, ServicePage
from services.presentation.results import kept_by


class ListsView(APIView):
    """The caller's lists."""

    @extend_schema(responses=PageListSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All of them, newest first."""
        check_filters(request)
        pages = CursorPages()
        lists = PageList.objects.visible_to(member_of(request)).annotate(pages=Count("listed"))
        rows = pages.paginate_queryset(lists, request)
        return pages.get_paginated_response(PageListSerializer(rows, many=True).data)

    @extend_schema(request=PageListInput, responses={201: PageListSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """A new, empty list."""
        check_filters(request)
        made = actions.create_list(actor=member_of(request), name=_named(request), now=utc_now())
        return Response(PageListSerializer(made).data, status=201)


class ListView(APIView):
    """One list."""

    @extend_schema(responses=PageListSerializer)
    def get(self, request: Request, list_id: UUID) -> Response:
        """The list. Its pages stand below ``pages/``."""
        check_filters(request)
        return _answer(request, list_id)

    @extend_schema(request=PageListInput, responses=PageListSerializer)
    def patch(self, request: Request, list_id: UUID) -> Response:
        """Renames it."""
        check_filters(request)
        found = _own(request, list_id)
        actions.rename_list(actor=member_of(request), page_list=found, name=_named(request))
        return _answer(request, list_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, list_id: UUID) -> Response:
        """Forgets it with its notes."""
        check_filters(request)
        actions.delete_list(actor=member_of(request), page_list=_own(request, list_id))
        return Response(status=204)


class ListPagesView(APIView):
    """The pages on a list."""

    @extend_schema(responses=ListedPageSerializer(many=True))
    def get(self, request: Request, list_id: UUID) -> Response:
        """Published or not, with the caller's notes, the one added last first."""
        check_filters(request)
        pages = CursorPages()
        pages.ordering = ("-added_at", "-id")
        rows = pages.paginate_queryset(_own(request, list_id).listed.select_related("page"), request)
        return pages.get_paginated_response(ListedPageSerializer(rows, many=True).data)


class ListedPageView(APIView):
    """A page on a list."""

    @extend_schema(request=ListedPageInput, responses=ListedPageSerializer)
    def put(self, request: Request, list_id: UUID, page_id: UUID) -> Response:
        """Puts the page on the list, or sets its note."""
        check_filters(request)
        found, page = _own(request, list_id), _page(request, page_id)
        serializer = ListedPageInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        note = serializer.validated_data.get("note")
        listed = actions.keep_page(actor=member_of(request), page=page, page_list=found, note=note, now=utc_now())
        return Response(ListedPageSerializer(listed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, list_id: UUID, page_id: UUID) -> Response:
        """Takes it off the list; harmless where it is not on it."""
        check_filters(request)
        actions.remove_page(actor=member_of(request), page_list=_own(request, list_id), page_id=page_id)
        return Response(status=204)


class ShareListView(APIView):
    """The link to a list."""

    @extend_schema(request=None, responses=PageListSerializer)
    def post(self, request: Request, list_id: UUID) -> Response:
        """Makes a link, or a new one in place of the old, which then leads nowhere."""
        check_filters(request)
        actions.share_list(actor=member_of(request), page_list=_own(request, list_id))
        return _answer(request, list_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, list_id: UUID) -> Response:
        """Switches the link off."""
        check_filters(request)
        actions.stop_sharing(actor=member_of(request), page_list=_own(request, list_id), now=utc_now())
        return Response(status=204)


def _own(request: Request, list_id: UUID) -> PageList:
    lists = PageList.objects.visible_to(member_of(request)).annotate(pages=Count("listed"))
    found = lists.filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return found


def _answer(request: Request, list_id: UUID) -> Response:
    return Response(PageListSerializer(_own(request, list_id)).data)


def _page(request: Request, page_id: UUID) -> ServicePage:
    """A published page, or one that the caller keeps already."""
    page = ServicePage.objects.filter(pk=page_id).first()
    is_published = page is not None and ServicePage.objects.published().filter(pk=page_id).exists()
    if page is None or not (is_published or kept_by(member_of(request), [page_id])):
        raise NotFound
    return page


def _named(request: Request) -> str:
    serializer = PageListInput(data=request.data)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["name"])
