"""GET /api/v1/stream/.

The view admits a caller and says from where she is to be served. ``notifications.stream`` then keeps the connection
open. Where the address is served by something that cannot keep connections, the view's own answer is a short stream of
what has come meanwhile, after which the browser comes back by itself.
"""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from marketplace.api import check_filters
from marketplace.errors import FieldProblem, InvalidInput
from notifications.live.access import Access, access_of
from notifications.live.entries import positions, read_after
from notifications.live.frames import frames, greeting

PARAMETER = "last_event_id"
RETRY_SECONDS = 3
MOST = 500
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class StreamView(APIView):
    """The live stream of a member."""

    @extend_schema(
        parameters=[
            OpenApiParameter(PARAMETER, int, description="Resumes after this event; the header Last-Event-ID wins.")
        ],
        responses={(HTTPStatus.OK, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """Server-sent events ``notification``, ``message`` and, for staff, ``rate``, each with an ``id``."""
        request.get_host()  # refuses hosts that are not ours
        check_filters(request, {PARAMETER})
        access = access_of(request)
        return self.answer(access, starting_point(request, access))

    def answer(self, access: Access, after: int) -> HttpResponse:
        """What came between ``after`` and now, and nothing more."""
        found = frames(read_after({access.member_id: after}, most=MOST)).get(access.member_id, [])
        body = greeting(after, retry_seconds=RETRY_SECONDS) + b"".join(event for _number, event in found)
        return HttpResponse(body, headers=HEADERS)


class Admitted(HttpResponse):
    """Not to be sent: a caller who may listen, and from where."""

    def __init__(self, access: Access, after: int) -> None:
        super().__init__()
        self.access, self.after = access, after


class AdmissionView(StreamView):
    """The same for those who keep the connection open."""

    def answer(self, access: Access, after: int) -> HttpResponse:
        """Only who and from where."""
        return Admitted(access, after)


def starting_point(request: Request, access: Access) -> int:
    """The number after which the member wants to hear: her present position unless she names an earlier one."""
    position = positions([access.member_id]).get(access.member_id, 0)
    given = request.headers.get("Last-Event-ID") or request.query_params.get(PARAMETER)
    if not given:
        return position
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        problem: FieldProblem = {"code": "invalid", "message": str(_("This is not an id of an event."))}
        raise InvalidInput(fields={PARAMETER: [problem]})
    return min(position, int(given))
