"""The sitemap: an index of files, and the files."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from marketplace.clock import utc_now
from services import sitemap
from services.models import Service, SitemapChunk

HOUR = 3600
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@require_safe
@cache_control(public=True, max_age=HOUR)
def index(request: HttpRequest) -> HttpResponse:
    """All files of the sitemap, with when they last changed."""
    rows = [
        _row("sitemap", f"/sitemaps/pages-{chunk.pk}.xml", chunk.changed_at) for chunk in sitemap.chunks(now=utc_now())
    ]
    return _xml("sitemapindex", [_row("sitemap", "/sitemaps/site.xml", None), *rows])


@require_safe
@cache_control(public=True, max_age=HOUR)
def site(request: HttpRequest) -> HttpResponse:
    """The site's own pages, and the search for each service."""
    slugs = Service.objects.filter(is_active=True, group__is_active=True).values_list("slug", flat=True)
    paths = ["/", "/services/", *(f"/services/?service={slug}" for slug in slugs)]
    return _xml("urlset", (_row("url", path, None) for path in paths))


def _changed_at(request: HttpRequest, first: UUID) -> datetime | None:
    return SitemapChunk.objects.filter(pk=first).values_list("changed_at", flat=True).first()


@require_safe
@condition(last_modified_func=_changed_at)
@cache_control(public=True, max_age=HOUR)
def pages(request: HttpRequest, first: UUID) -> HttpResponse:
    """One file: the published pages of a chunk. Crawlers that have it in its present state get 304."""
    chunk = get_object_or_404(SitemapChunk, pk=first)
    return _xml("urlset", (_row("url", f"/services/{slug}/", at) for slug, at in sitemap.entries(chunk)))


def _row(element: str, path: str, changed_at: datetime | None) -> str:
    when = f"<lastmod>{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed_at else ""
    return f"<{element}><loc>{escape(settings.SITE_ORIGIN + path)}</loc>{when}</{element}>"


def _xml(root: str, rows: Iterable[str]) -> HttpResponse:
    body: Iterator[str] = iter(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {XMLNS}>", *rows, f"</{root}>", ""])
    return HttpResponse("\n".join(body), content_type="application/xml; charset=utf-8")
