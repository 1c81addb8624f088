"""The start page: search, the trades, some of the people, and for members what waits for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, F, FloatField, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import Member
from requests.models import Match, MatchState, Publication, RequestStatus, ServiceRequest
from requests.moves import ACTIVE
from requests.views.mine import UNREAD
from services.countries import country_name
from services.models import Service, ServiceGroup, ServicePage, WorkLocation
from services.presentation.price import Price, price_words

CACHE_KEY: Final = "home"
CACHE_SECONDS: Final = 60
GROUPS: Final = 12
SERVICES_OF_A_GROUP: Final = 3
POPULAR: Final = 5
NEWEST: Final = 6
BEST: Final = 3
ENOUGH_REVIEWS: Final = 2
PRIOR_MEAN: Final = 4.0
PRIOR_REVIEWS: Final = 5
"""A page's mean is drawn towards this one as if by so many reviews, so that two fives do not beat thirty."""
WELL_RATED: Final = 4.0
"""Mean of the reviews from which a page may stand among the best."""
COLUMNS: Final = (
    *("id", "slug", "title", "summary", "pricing", "rate", "currency", "country", "city", "work_location"),
    *("rating_sum", "rating_count", "member_id", "member__name", "member__email", "member__photo"),
)


@dataclass(frozen=True, slots=True)
class PageCard:
    """A published page as it stands on the start page. ``price`` and ``place`` are words."""

    page_id: UUID
    slug: str
    title: str
    summary: str
    price: Price
    place: str
    is_remote: bool
    rating: float | None
    rating_count: int
    member_id: UUID
    provider: str
    photo: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A fixed number of queries, however much there is."""
    shared = _shared()
    published = ServicePage.objects.published()
    best = _cards(published.filter(pk__in=shared["best"]))
    context = {
        **shared,
        "best": sorted(best, key=lambda card: shared["best"].index(card.page_id)),
        "newest": _cards(published.exclude(pk__in=shared["best"]).order_by("-first_published_at")[:NEWEST]),
        "waiting": _waiting(request.user) if isinstance(request.user, Member) else None,
    }
    return render(request, "home.html", context)


def _shared() -> dict[str, Any]:
    """What is the same for everybody and may be a minute old: trades, numbers, the ids of the best rated pages."""
    kept: dict[str, Any] | None = cache.get(CACHE_KEY)
    if kept is None:
        groups = _groups()
        kept = {"groups": groups, "popular": _popular(groups), "facts": _facts(), "best": list(_best_ids())}
        cache.set(CACHE_KEY, kept, CACHE_SECONDS)
    return kept


def _groups() -> list[dict[str, Any]]:
    """The first trades of the catalogue, each with its first services."""
    groups = list(ServiceGroup.objects.filter(is_active=True).values("id", "slug", "name", "icon")[:GROUPS])
    services: dict[int, list[dict[str, Any]]] = {group["id"]: [] for group in groups}
    found = Service.objects.filter(is_active=True, group_id__in=services).order_by("group_id", "position", "name")
    for row in found.values("group_id", "slug", "name"):
        if len(services[row["group_id"]]) < SERVICES_OF_A_GROUP:
            services[row["group_id"]].append(dict(row))
    return [{**group, "services": services[group["id"]]} for group in groups]


def _popular(groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The services that most pages offer; on an empty marketplace the first of each trade."""
    offered = Service.objects.filter(is_active=True).annotate(held=Count("pages")).filter(held__gt=0)
    popular = [dict(row) for row in offered.order_by("-held", "name").values("slug", "name")[:POPULAR]]
    return popular or list(islice((group["services"][0] for group in groups if group["services"]), POPULAR))


def _facts() -> dict[str, int]:
    """Numbers of published pages, of the countries they are in, of services, of requests ever posted."""
    published = ServicePage.objects.published()
    return {
        "pages": published.count(),
        "countries": published.exclude(country="").values("country").distinct().count(),
        "services": Service.objects.filter(is_active=True).count(),
        "requests": Publication.objects.count(),
    }


def _best_ids() -> QuerySet[ServicePage, UUID]:
    """The well rated pages, those first whose mean is best when few reviews count for little."""
    rated = ServicePage.objects.published().filter(rating_count__gte=ENOUGH_REVIEWS, taking_work=True)
    mean = Cast("rating_sum", FloatField()) / F("rating_count")
    good = rated.annotate(mean=mean).filter(mean__gte=WELL_RATED)
    drawn = (F("rating_sum") + PRIOR_MEAN * PRIOR_REVIEWS) / (F("rating_count") + float(PRIOR_REVIEWS))
    return good.order_by(drawn.desc(), "-rating_count").values_list("pk", flat=True)[:BEST]


def _cards(pages: QuerySet[ServicePage]) -> list[PageCard]:
    """The cards of some pages, in one query."""
    language = get_language() or "en"
    return [_card(row, language) for row in pages.values(*COLUMNS)]


def _card(row: dict[str, Any], language: str) -> PageCard:
    country = country_name(row["country"], language) if row["country"] else ""
    return PageCard(
        page_id=row["id"],
        slug=row["slug"],
        title=row["title"],
        summary=row["summary"],
        price=price_words(row["pricing"], row["rate"], row["currency"], language),
        place=", ".join(part for part in (row["city"], country) if part),
        is_remote=row["work_location"] != WorkLocation.ON_SITE,
        rating=row["rating_sum"] / row["rating_count"] if row["rating_count"] else None,
        rating_count=row["rating_count"],
        member_id=row["member_id"],
        provider=row["member__name"] or row["member__email"].partition("@")[0],
        photo=f"{settings.MEDIA_URL}{row['member__photo']}" if row["member__photo"] else "",
    )


def _waiting(member: Member) -> dict[str, Any]:
    """What waits for a member: active requests, their unread proposals, new leads, and the state of the page."""
    new_leads = Match.objects.filter(
        page__member=member, state=MatchState.NOTIFIED, request__status=RequestStatus.OPEN, notified_at__isnull=False
    )
    asked = ServiceRequest.objects.filter(client=member, status__in=ACTIVE).aggregate(
        requests=Count("pk", distinct=True), proposals=Count("proposals", filter=UNREAD, distinct=True)
    )
    return {
        **asked,
        "leads": new_leads.count(),
        "page": ServicePage.objects.filter(member=member).values("slug", "title", "status").first(),
    }
