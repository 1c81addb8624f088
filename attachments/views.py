"""The contents of files, for those who may read them."""

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.authentication import member_by_token
from accounts.callers import known_member
from attachments.access import find_readable
from attachments.models import AttachmentKind

HOUR = 60 * 60
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": f"private, max-age={HOUR}",
}
"""Whatever the file holds, a browser runs none of it and no proxy keeps it."""


@require_safe
def contents(request: HttpRequest, attachment_id: UUID, name: str) -> HttpResponseBase:
    """Pictures in place, unless ``?download`` is asked for; everything else only as a download. A token of the API is
    as good as the log-in.

    A video may hold the place where it was taken, which only pictures are freed of.
    """
    member = known_member(request) or member_by_token(request)
    if member is None and "Authorization" in request.headers:
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Token"})
    if member is None:
        return redirect_to_login(request.get_full_path())
    found = find_readable(member, attachment_id)
    if found is None or found.name != name:
        raise Http404
    is_download = found.kind != AttachmentKind.IMAGE or "download" in request.GET
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=is_download, filename=found.name, content_type=found.content_type)
    for header, value in HEADERS.items():
        response[header] = value
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
