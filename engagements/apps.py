"""Django's registration of this app."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    """See the package's docstring."""

    name = "engagements"
    verbose_name = "Engagements"
