"""Django's registration of this app."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """See the package's docstring."""

    name = "attachments"
    verbose_name = "Attachments"
