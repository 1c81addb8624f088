"""Django's registration of this app, and the one place that deals with its name.

The app's name is the domain's word, and it hides the HTTP library ``requests`` in our processes. Nothing that we run
needs that library (a test walks the metadata of all dependencies); only Django REST framework looks for it.
"""

import rest_framework.compat
from django.apps import AppConfig
from django.db.models.signals import post_save


class RequestsConfig(AppConfig):
    """See the package's docstring."""

    name = "requests"
    verbose_name = "Service requests"

    def ready(self) -> None:
        """Fills the registries of the apps below."""
        from attachments import access
        from notifications import topics
        from requests import milestones
        from requests.board.saved import BOARD
        from requests.figures import POSTED
        from requests.file_access import of_visible_proposals, of_visible_requests
        from requests.learning import grades
        from requests.rules import catalogue
        from requests.topics import TOPICS
        from services.saved import kinds
        from sitesettings.figures import register as register_figure

        for topic in TOPICS:
            topics.register(topic)
        for milestone in milestones.OWN:
            milestones.register(milestone)
        for grade in grades.OWN:
            grades.register(grade)
        for rule in (of_visible_requests, of_visible_proposals):
            access.register(rule)
        kinds.register(BOARD)
        register_figure(POSTED)
        for model in ("ServiceGroup", "Service", "Question"):
            post_save.connect(catalogue.forget, sender=f"services.{model}", dispatch_uid=f"requests.{model}")
        # rest_framework.test builds its RequestsClient on what it takes for the library.
        rest_framework.compat.requests = None  # type: ignore[assignment]
