"""Django's registration of this app."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    """See the package's docstring."""

    name = "engagements"
    verbose_name = "Engagements"

    def ready(self) -> None:
        """Fills the registries of the apps below."""
        from engagements.learning import WELL_REVIEWED
        from engagements.milestones import MILESTONES
        from engagements.presentation.page_reviews import SECTION
        from engagements.topics import TOPICS
        from notifications.topics import register
        from requests import milestones
        from requests.learning import grades
        from services.presentation import sections

        for topic in TOPICS:
            register(topic)
        for milestone in MILESTONES:
            milestones.register(milestone)
        grades.register(WELL_REVIEWED)
        sections.register(SECTION)
