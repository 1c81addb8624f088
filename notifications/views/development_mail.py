"""/dev/mail/: every mail of this installation, in development only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import development_mail

PAGE = 50
CONTENTS_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)
"""A mail may bring styles of its own and nothing that runs or calls elsewhere."""


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Messages, newest first; ``?recipient=`` shows those to an address, ``?before=`` older ones."""
    recipient = request.GET.get("recipient", "").strip()
    found = development_mail.latest(recipient=recipient, most=PAGE + 1, before=request.GET.get("before", ""))
    context = {
        "messages_found": found[:PAGE],
        "recipient": recipient,
        "older": found[PAGE - 1].name if len(found) > PAGE else "",
        "is_kept_here": settings.EMAIL_URL.startswith("development:"),
    }
    return render(request, "notifications/development/mail_list.html", context)


@never_cache
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message: its headers, its text, and its HTML in a frame."""
    message = development_mail.read(name)
    if message is None:
        raise Http404
    context = {
        "summary": development_mail.summarise(name, message),
        "headers": [(key, str(value)) for key, value in message.items()],
        "text": development_mail.part(message, "plain"),
        "has_html": bool(development_mail.part(message, "html")),
    }
    return render(request, "notifications/development/mail.html", context)


@never_cache
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """A message's HTML on its own, without any rights. Its links open in the whole window, not in the frame."""
    message = development_mail.read(name)
    html = development_mail.part(message, "html") if message is not None else ""
    if not html:
        raise Http404
    response = HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
    response["Content-Security-Policy"] = CONTENTS_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
