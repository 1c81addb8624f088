"""Template context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sitesettings.models import SiteSettings


def site(request: HttpRequest) -> dict[str, object]:
    """``site``: the settings in force, read only where a template uses them."""
    return {"site": SimpleLazyObject(SiteSettings.current)}
