"""Django's registration of the demo: its task, its page in the admin, and the button that leads there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """See the package's modules."""

    name = "marketplace.demo"
    label = "demo"
    verbose_name = _("Demo")

    def ready(self) -> None:
        # They need the models, which are there only now.
        from marketplace.demo.presence import is_here
        from sitesettings import tools

        tools.register(
            tools.Tool(
                label=_("Remove the demo"),
                description=_("Takes away the members, pages and requests that the demo made."),
                address="remove_demo",
                is_shown=is_here,
            )
        )
