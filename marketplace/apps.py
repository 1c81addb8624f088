"""Django's registration of the project itself: its commands, templates and start-up."""

from django.apps import AppConfig
from django.conf import settings

from marketplace import reports


class MarketplaceConfig(AppConfig):
    """The project as an app, so that its management commands are found, and its start-up."""

    name = "marketplace"

    def ready(self) -> None:
        reports.start(settings.SENTRY_DSN, environment=settings.ENVIRONMENT)
