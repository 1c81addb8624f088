"""Pictures that members and the host uploaded."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}
YEAR = 60 * 60 * 24 * 365


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded picture. A proxy in front may serve them itself. A name never comes back with other contents."""
    suffix = path[path.rfind(".") :].lower()
    if suffix not in TYPES:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Type"] = TYPES[suffix]
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
