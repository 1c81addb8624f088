"""Django's registration of this app."""

from django.apps import AppConfig


class SiteSettingsConfig(AppConfig):
    """See the package's docstring."""

    name = "sitesettings"
    verbose_name = "Site settings"
