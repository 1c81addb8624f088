"""What the tables of this app hold before anybody has written into them: the catalogue and exchange rates."""

from typing import Any

from django.apps import apps as current_apps

from marketplace.clock import utc_now
from services import catalogue, exchange


def after_migrate(*, apps: Any = current_apps, **_ignored: object) -> None:
    """Receiver of ``post_migrate``. Does nothing where the migrations stopped before the tables existed."""
    try:
        apps.get_model("services", "CatalogueLoad")
    except LookupError:
        return
    catalogue.load(now=utc_now())
    exchange.seed(now=utc_now())
