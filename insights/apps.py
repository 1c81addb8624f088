"""Django's registration of this app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """See the package's docstring."""

    name = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        """Shows staff each publication as it happens."""
        from insights.live import announce_soon
        from requests.listeners import on_publication

        on_publication(announce_soon)
