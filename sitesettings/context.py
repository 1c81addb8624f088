"""Template context."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sitesettings.models import SiteSettings


def site(request: HttpRequest) -> dict[str, object]:
    """``site``: the settings in force, read only where a template uses them; ``site_origin``: what
    absolute links begin with.
    """
    return {"site": SimpleLazyObject(SiteSettings.current), "site_origin": settings.SITE_ORIGIN}
