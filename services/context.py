"""Template context."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.callers import known_member
from services.models import ServicePage


def provider(request: HttpRequest) -> dict[str, object]:
    """``offers_services``: whether the member has a service page, a draft too; asked only where a template shows it."""
    member = known_member(request)
    if member is None:
        return {}
    return {"offers_services": SimpleLazyObject(lambda: ServicePage.objects.filter(member=member).exists())}
