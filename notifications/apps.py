"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Registers what members are told about their accounts, and the gauges. Models are loaded only now."""
        import_module("notifications.account_events")
        import_module("notifications.account_topics").register_account_topics()
        import_module("notifications.health").register_collector()
