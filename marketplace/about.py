"""What the law asks for and robots read: terms, privacy, imprint, contact, robots.txt, the web manifest."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from marketplace.markdown import render_markdown
from sitesettings.models import SiteSettings

TITLES: Final = {
    "terms": _("Terms of use"),
    "privacy": _("Privacy notice"),
    "imprint": _("Imprint"),
    "contact": _("Contact"),
}
ICONS: Final = (192, 512)
PRIVATE_PATHS: Final = ("/accounts/", "/admin/", "/api/", "/inbox/", "/insights/", "/notifications/", "/requests/")


@require_safe
def about(request: HttpRequest, topic: str) -> HttpResponse:
    """The host's own text on ``topic``, or a plain default that says it is one."""
    site = SiteSettings.current()
    own: str = getattr(site, topic)
    text = own or render_to_string(f"about/{topic}.md", {"site": site, "origin": settings.SITE_ORIGIN})
    context = {
        "topic": topic,
        "title": TITLES[topic],
        "titles": TITLES,
        "text": render_markdown(text),
        "is_default": not own,
    }
    return render(request, "about/about.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: everything that strangers may."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS)]
    return HttpResponse(
        "\n".join([*lines, "", f"Sitemap: {settings.SITE_ORIGIN}/sitemap.xml", ""]),
        content_type="text/plain; charset=utf-8",
    )


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web manifest: the site's name, colours and icon."""
    site = SiteSettings.current()
    body = {
        "name": site.name,
        "short_name": site.name[:12],
        "description": site.tagline,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fafcfc",
        "theme_color": "#0b6173",
        "icons": [
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *({"src": static(f"img/icon-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png"} for n in ICONS),
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")
