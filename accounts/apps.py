"""Django's registration of this app."""

import logging
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class AccountsConfig(AppConfig):
    """See the package's docstring."""

    name = "accounts"
    verbose_name = _("Members")

    def ready(self) -> None:
        """In production a fresh database says how its first admin is made."""
        if settings.PRODUCTION:
            post_migrate.connect(announce_setup, sender=self)


def announce_setup(verbosity: int = 1, **options: Any) -> None:
    """Writes the address of the set-up page to the log that ``migrate`` leaves."""
    from accounts.actions.setup import setup_address  # models are loaded by now

    address = setup_address()
    if address and verbosity:
        logger.warning("There is no admin yet. Open %s", address)
