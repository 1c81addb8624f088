"""Django's registration of this app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """See the package's docstring."""

    name = "messaging"
    verbose_name = "Messaging"

    def ready(self) -> None:
        """Fills the registries of the apps below."""
        from attachments.access import register as let_read
        from messaging.access import of_own_conversations
        from messaging.figures import OPEN_REPORTS
        from messaging.topics import TOPIC
        from notifications.topics import register
        from sitesettings.figures import register as register_figure

        register(TOPIC)
        let_read(of_own_conversations)
        register_figure(OPEN_REPORTS)
