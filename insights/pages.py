"""Numbers of published pages, day by day."""

from datetime import datetime, timedelta

from insights.models import PageDay
from services.models import PageStatus, ServicePage


def count_pages(*, now: datetime) -> int:
    """Notes the number of published pages of this day (UTC), over and over until the day is over; returns it."""
    count = ServicePage.objects.filter(status=PageStatus.PUBLISHED).count()
    PageDay.objects.update_or_create(day=now.date(), defaults={"pages": count})
    return count


def page_growth(*, now: datetime) -> tuple[int, float | None]:
    """The number of published pages now, and its growth on the same day a year ago as a fraction: 0.48 is +48 %."""
    total = ServicePage.objects.filter(status=PageStatus.PUBLISHED).count()
    ago = PageDay.objects.filter(day__lte=(now - timedelta(days=365)).date()).order_by("-day").first()
    return total, total / ago.pages - 1 if ago is not None and ago.pages else None
