"""The ASGI application behind /api/v1/stream/: admits through the API's own view, then keeps the connection open."""

from collections.abc import Callable, MutableMapping
from io import BytesIO
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext as _

from marketplace.errors import MarketplaceError
from notifications.live.connection import Connection, Receive, Send
from notifications.live.frames import greeting
from notifications.live.hub import Hub, hub_of_this_loop
from notifications.live.views import HEADERS, RETRY_SECONDS, AdmissionView, Admitted, StreamView

Scope = MutableMapping[str, Any]


class TooManyStreams(MarketplaceError):
    """The member has many streams open already."""

    code = "too_many_streams"
    status = 429


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One call of the address. Other protocols than HTTP are not served."""
    if scope["type"] != "http":
        raise ValueError(f"The stream does not speak {scope['type']}.")
    hub = hub_of_this_loop()
    view = _admit if scope["method"] == "GET" else _answer
    response = await hub.admissions.run(_rendered, view, ASGIRequest(dict(scope), BytesIO()))
    if not isinstance(response, Admitted):
        await _send_whole(response, send)
    elif not hub.has_room(response.access.member_id):
        await _send_whole(_too_many(), send)
    else:
        await _stream(hub, response, receive, send)


async def _stream(hub: Hub, admitted: Admitted, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _raw(HEADERS)})
    connection = Connection(admitted.access, admitted.after, send)
    hub.add(connection)
    try:
        connection.write(greeting(admitted.after, retry_seconds=RETRY_SECONDS))
        await connection.last(receive)
    finally:
        hub.remove(connection)


async def _send_whole(response: HttpResponse, send: Send) -> None:
    headers = _raw(dict(response.items()) | {"Content-Length": str(len(response.content))})
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _rendered(view: Callable[[ASGIRequest], HttpResponse], request: ASGIRequest) -> HttpResponse:
    response = view(request)
    return response.render() if isinstance(response, SimpleTemplateResponse) else response


def _too_many() -> HttpResponse:
    error = TooManyStreams(_("You have too many streams open."))
    return JsonResponse(error.body(), status=error.status, headers={"Retry-After": "15"})


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _authenticated(view: Callable[..., HttpResponse]) -> Callable[[ASGIRequest], HttpResponse]:
    """The view behind what of Django's middleware it needs to know a session."""
    return SessionMiddleware(AuthenticationMiddleware(view))  # type: ignore[return-value]


_admit = _authenticated(AdmissionView.as_view())
_answer = _authenticated(StreamView.as_view())
