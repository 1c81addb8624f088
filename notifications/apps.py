"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    """See the package's docstring."""

    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Registers what members are told about their accounts, and the gauges; has the keys for push messages made.

        Models are loaded only now.
        """
        keys = import_module("notifications.push.keys")
        post_migrate.connect(keys.make_keys, sender=self, dispatch_uid="notifications.push")
        import_module("notifications.account_events")
        import_module("notifications.account_topics").register_account_topics()
        import_module("notifications.health").register_collector()
        import_module("notifications.figures").register_figures()
