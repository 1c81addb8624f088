"""How many requests a member may post in an hour. Each is told to up to ten providers, so a flood of them would be
everybody's."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Member
from marketplace.errors import TooFast

HOUR: Final = 3600
MINUTE: Final = 60


class PostedEnough(TooFast):
    """The member has posted, or opened again, as many requests within this hour as she may."""

    code = "posting_limit"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = wait
        minutes = -int(-wait.total_seconds() // MINUTE)
        again = ngettext_lazy("in %(minutes)d minute", "in %(minutes)d minutes", minutes) % {"minutes": minutes}
        super().__init__(
            _("You have posted very many requests within an hour. You can go on %(again)s.") % {"again": again}
        )


def require_pace(actor: Member, *, now: datetime) -> None:
    """Counts a request that the actor is about to post or to open again, by the hours of the clock. Raises
    PostedEnough; while the cache is away everybody may."""
    if not settings.RATE_LIMITS:
        return
    hour, passed = divmod(now.timestamp(), HOUR)
    posted = cache.count(f"posted:{actor.pk}:{int(hour)}", 2 * HOUR)  # type: ignore[attr-defined]
    if (posted or 0) > settings.REQUESTS_AN_HOUR:
        raise PostedEnough(timedelta(seconds=HOUR - passed))
