"""Django's registration of this app."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    """See the package's docstring."""

    name = "engagements"
    verbose_name = "Engagements"

    def ready(self) -> None:
        """Fills the registries of the apps below."""
        from engagements.topics import TOPICS
        from notifications.topics import register

        for topic in TOPICS:
            register(topic)
