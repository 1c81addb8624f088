"""What the admin's start page says of conversations."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from messaging.models import Report
from sitesettings.figures import Figure


def open_reports(now: datetime) -> int:
    """Reports that nobody has dealt with; ``now`` makes no difference."""
    return Report.objects.filter(handled_at__isnull=True).count()


OPEN_REPORTS = Figure(
    label=_("Reports to look at"),
    measure=open_reports,
    address="/admin/messaging/report/?state=open",
    permission="messaging.view_report",
    is_alarm=True,
)
