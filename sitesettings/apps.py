"""Django's registration of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteSettingsConfig(AppConfig):
    """See the package's docstring."""

    name = "sitesettings"
    verbose_name = _("Site settings")
