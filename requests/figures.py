"""What the admin's start page says of requests."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from requests.models import Publication
from sitesettings.figures import Figure

DAY = timedelta(days=1)


def posted(now: datetime) -> int:
    """Requests first published in the last 24 hours."""
    return Publication.objects.filter(published_at__gt=now - DAY).count()


POSTED = Figure(
    label=_("Requests posted in 24 hours"),
    measure=posted,
    address="/admin/requests/servicerequest/",
    permission="requests.view_servicerequest",
)
