"""Django's registration of the project itself: its commands, templates and start-up."""

import gc
from typing import Final

from django.apps import AppConfig
from django.conf import settings

from marketplace import reports

SELDOM: Final = (50_000, 10, 10)
"""How many more objects there have to be before Python looks for those that refer to each other in circles. Its own 700
are there with each call: looking took a tenth of a POST, and a fifth of a match with 185 candidates."""


class MarketplaceConfig(AppConfig):
    """The project as an app, so that its management commands are found, and its start-up."""

    name = "marketplace"

    def ready(self) -> None:
        gc.set_threshold(*SELDOM)
        reports.start(settings.SENTRY_DSN, environment=settings.ENVIRONMENT)
