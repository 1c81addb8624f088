"""Django's registration of this app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """See the package's docstring."""

    name = "insights"
    verbose_name = "Insights"
