"""Django's registration of this app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """See the package's docstring."""

    name = "messaging"
    verbose_name = "Messaging"
