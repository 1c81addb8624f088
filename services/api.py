"""The API's calls about the catalogue and service pages."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import known_member, member_of
from accounts.idempotency import idempotent
from marketplace.api import check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound
from services.actions import create_page, pause_page, publish_page, update_page
from services.catalogue import catalogue_tree
from services.models import ServicePage
from services.search.api import SEARCH_PARAMETERS, SearchSerializer, search_answer
from services.search.query import FILTERS
from services.serializers import GroupSerializer, PageChanges, PageInput, PageSerializer


class CatalogueView(APIView):
    """The catalogue."""

    permission_classes = (AllowAny,)
    pagination_class = None

    @extend_schema(responses=GroupSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All groups and services, with what a client is asked about each."""
        check_filters(request)
        return Response(catalogue_tree())


class ReadableByAll(APIView):
    """Whoever may write, everybody may read what is visible to them."""

    def get_permissions(self) -> list[BasePermission]:
        """Nothing is asked of readers."""
        return [AllowAny() if self.request.method in SAFE_METHODS else IsAuthenticated()]


class ServicesView(ReadableByAll):
    """Service pages."""

    @extend_schema(operation_id="services_search", responses=SearchSerializer, parameters=SEARCH_PARAMETERS)
    def get(self, request: Request) -> Response:
        """Searches published pages by words, misspellings, synonyms and meaning together, with counts to narrow it."""
        check_filters(request, FILTERS | {"instead"})
        return Response(search_answer(request, now=utc_now()))

    @extend_schema(request=PageInput, responses={201: PageSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """A draft of the caller's page; one a member."""
        check_filters(request)
        serializer = PageInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        page = create_page(actor=member_of(request), values=serializer.validated_data, now=utc_now())
        return answer_page(request, page, status=201)


class MyPageView(APIView):
    """The caller's own page."""

    @extend_schema(responses=PageSerializer)
    def get(self, request: Request) -> Response:
        """The page in any state; 404 where there is none yet."""
        check_filters(request)
        page = ServicePage.objects.filter(member=member_of(request)).first()
        if page is None:
            raise NotFound
        return answer_page(request, page)


class PageView(ReadableByAll):
    """One service page."""

    @extend_schema(responses=PageSerializer)
    def get(self, request: Request, page_id: UUID) -> Response:
        """A published page, or the caller's own."""
        check_filters(request)
        return answer_page(request, visible_page(request, page_id))

    @extend_schema(request=PageChanges, responses=PageSerializer)
    def patch(self, request: Request, page_id: UUID) -> Response:
        """Changes the fields that are given; null empties one."""
        check_filters(request)
        serializer = PageChanges(data=request.data)
        page = visible_page(request, page_id)
        serializer.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(serializer.validated_data)
        version = changes.pop("version", None)
        page = update_page(actor=member_of(request), page=page, changes=changes, now=utc_now(), version=version)
        return answer_page(request, page)


class PublishPageView(APIView):
    """Publishing a page."""

    @extend_schema(request=None, responses=PageSerializer)
    def post(self, request: Request, page_id: UUID) -> Response:
        """Shows the page to everybody; harmless when it is shown already."""
        check_filters(request)
        page = visible_page(request, page_id)
        return answer_page(request, publish_page(actor=member_of(request), page=page, now=utc_now()))


class PausePageView(APIView):
    """Pausing a page."""

    @extend_schema(request=None, responses=PageSerializer)
    def post(self, request: Request, page_id: UUID) -> Response:
        """Hides the page at once; harmless when it is hidden already."""
        check_filters(request)
        page = visible_page(request, page_id)
        return answer_page(request, pause_page(actor=member_of(request), page=page, now=utc_now()))


def visible_page(request: Request, page_id: UUID) -> ServicePage:
    """The page, if the caller may see it; raises NotFound."""
    page = ServicePage.objects.visible_to(known_member(request)).filter(pk=page_id).first()
    if page is None:
        raise NotFound
    return page


def answer_page(request: Request, page: ServicePage, *, status: int = 200) -> Response:
    """The page as the API shows it to this caller."""
    shown = ServicePage.objects.select_related("member").prefetch_related("offers__service").get(pk=page.pk)
    return Response(PageSerializer(shown, context={"reader": known_member(request)}).data, status=status)
