"""Django's registration of this app."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """See the package's docstring."""

    name = "services"
    verbose_name = "Services"
