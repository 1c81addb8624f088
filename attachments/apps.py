"""Django's registration of this app."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """See the package's docstring."""

    name = "attachments"
    verbose_name = "Attachments"

    def ready(self) -> None:
        """Connects what deletes files with their rows."""
        import attachments.files  # noqa: F401  its receiver needs the models
