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
        from messaging.topics import TOPIC
        from notifications.topics import register

        register(TOPIC)
        let_read(of_own_conversations)
