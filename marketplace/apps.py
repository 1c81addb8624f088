"""Django's registration of the project itself: its commands, templates and start-up."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """The project as an app, so that its management commands are found."""

    name = "marketplace"
