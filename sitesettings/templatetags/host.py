"""Tags for the pages of those who run the site."""

from django import template

from marketplace.clock import utc_now
from sitesettings.figures import Figure, shown_figures

register = template.Library()


@register.simple_tag(takes_context=True)
def host_figures(context: template.Context) -> list[tuple[Figure, int]]:
    """The numbers of the admin's start page that its reader may see."""
    return list(shown_figures(context["request"].user, now=utc_now()))
