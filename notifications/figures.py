"""What the admin's start page says of deliveries."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from notifications.health import measure
from sitesettings.figures import Figure, register

PERMISSION = "notifications.view_delivery"
LIST = "/admin/notifications/delivery/"


def late(now: datetime) -> int:
    """Deliveries that wait although their time has come."""
    return measure(now=now).late


def failed(now: datetime) -> int:
    """Deliveries of the last 24 hours that failed for good."""
    return measure(now=now).failed


def register_figures() -> None:
    """Adds both, where anything but nought is trouble."""
    register(Figure(_("Late deliveries"), late, f"{LIST}?state=waiting", PERMISSION, is_alarm=True))
    register(Figure(_("Deliveries failed in 24 hours"), failed, f"{LIST}?state=failed", PERMISSION, is_alarm=True))
