"""The list of the member's own engagements."""

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from engagements.models import Engagement, Review
from engagements.presentation import price_words, standing
from marketplace.clock import utc_now
from requests.models import Side
from services.reader import reader_locale

PER_PAGE: Final = 20
TABS: Final = ((Side.CLIENT, _("I am the client")), (Side.PROVIDER, _("I do the work")))


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """On one side or the other, newest first, each with where it stands."""
    member = member_of(request)
    counts = Engagement.objects.of(member).aggregate(
        client=Count("pk", filter=Q(client=member)), provider=Count("pk", filter=Q(provider=member))
    )
    asked = request.GET.get("side", "")
    side = Side(asked) if asked in Side.values else next((each for each in Side if counts[each]), Side.CLIENT)
    readable = Prefetch("reviews", Review.objects.readable_by(member))
    rows = Engagement.objects.filter(**{side: member}).with_all().prefetch_related(readable)
    page = Paginator(rows.order_by("-agreed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "tabs": [{"key": key, "label": label, "count": counts[key], "current": key == side} for key, label in TABS],
        "page": page,
        "rows": [_row(each, side, reader_locale(request)) for each in page],
        "total": counts["client"] + counts["provider"],
    }
    return render(request, "engagements/mine.html", context)


def _row(engagement: Engagement, side: Side, locale: str) -> dict[str, Any]:
    return {
        "it": engagement,
        "other": engagement.provider if side == Side.CLIENT else engagement.client,
        "price": price_words(engagement, locale),
        "standing": standing(engagement, side, list(engagement.reviews.all()), now=utc_now()),
    }
