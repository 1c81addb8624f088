"""How many leads a page may have before others go first, so that the top 1 % of pages get at most 5 % of all places: no
page gets more than five times the mean."""

import time
from datetime import datetime, timedelta
from typing import Final

from requests.matching.fairness import UNBOUNDED, Share
from requests.models import FairShare, Publication
from services.search.index import published_pages
from sitesettings.models import SiteSettings

MOST_TIMES_MEAN: Final = 5
"""5 % of the places for 1 % of the pages."""
LEAST: Final = Share(day=3, month=10)
"""With fewer leads nobody is shown too much, however few there are for all."""
DAYS: Final = 30
KEPT_SECONDS: Final = 60.0

_kept: dict[int, tuple[float, Share]] = {}


def fair_share() -> Share:
    """The share as it was counted last; unbounded before the first time. One query, and none for a minute after it."""
    kept = _kept.get(FairShare.ONLY)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    row = FairShare.objects.filter(pk=FairShare.ONLY).first()
    share = Share(day=row.leads_a_day, month=row.leads_a_month) if row else UNBOUNDED
    _kept[FairShare.ONLY] = (time.monotonic() + KEPT_SECONDS, share)
    return share


def count_fair_share(*, now: datetime) -> Share:
    """Counts it anew from the publications of 30 days and the pages that are published."""
    requests = Publication.objects.filter(published_at__gt=now - timedelta(days=DAYS), published_at__lte=now).count()
    share = share_of(places=requests * SiteSettings.current().wave_size, pages=published_pages())
    row = {"leads_a_day": share.day, "leads_a_month": share.month, "counted_at": now}
    FairShare.objects.update_or_create(pk=FairShare.ONLY, defaults=row)
    _kept.clear()
    return share


def share_of(*, places: int, pages: int) -> Share:
    """Five times the mean of so many places in 30 days among so many pages, and never less than ``LEAST``."""
    most = MOST_TIMES_MEAN * places / max(pages, 1)
    return Share(day=max(LEAST.day, most / DAYS), month=max(LEAST.month, most))
