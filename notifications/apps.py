"""Django's registration of this app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "notifications"
    verbose_name = "Notifications"
