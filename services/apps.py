"""Django's registration of this app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save


class ServicesConfig(AppConfig):
    """See the package's docstring."""

    name = "services"
    verbose_name = "Services"

    def ready(self) -> None:
        """Fills the registries of topics, saved searches and what follows where accounts are closed, and after each
        ``migrate`` the catalogue and the exchange rates; forgets rates that were edited. Raises ImproperlyConfigured
        where the chosen embedder needs what is not installed."""
        from accounts import closing
        from notifications import topics
        from services import seeding
        from services.exchange import forget_rates
        from services.models import ExchangeRate
        from services.saved import kinds
        from services.saved.pages import PAGES
        from services.saved.topics import TOPIC
        from services.search.embedding.chosen import check_installed
        from services.search.index import member_changed

        check_installed()
        closing.register(member_changed)
        topics.register(TOPIC)
        kinds.register(PAGES)
        post_migrate.connect(seeding.after_migrate, sender=self, dispatch_uid="services.seeding")
        post_save.connect(forget_rates, sender=ExchangeRate, dispatch_uid="services.rates")
