"""Spans of time in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def span_words(span: timedelta) -> str:
    """Such as "within an hour", "within 5 hours", "within 2 days": the next full hour or day."""
    if span <= HOUR:
        return _("within an hour")
    if span <= DAY:
        hours = -(-span // HOUR)
        return ngettext("within %(n)d hour", "within %(n)d hours", hours) % {"n": hours}
    days = -(-span // DAY)
    return ngettext("within %(n)d day", "within %(n)d days", days) % {"n": days}
