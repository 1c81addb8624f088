"""The two sides that a member can be on, and which of them she sees first."""

from typing import Final

from accounts.models import Member
from requests.models import ServiceRequest, Side
from services.models import ServicePage

SIDES: Final = (Side.PROVIDER, Side.CLIENT)


def page_of(member: Member) -> ServicePage | None:
    """The member's page with the member. One query."""
    return ServicePage.objects.filter(member=member).select_related("member").first()


def choose(asked: str, member: Member, page: ServicePage | None) -> Side:
    """The side that was asked for; else the one that has something, the provider first. One query at most."""
    if asked in SIDES:
        return Side(asked)
    if page is not None and page.first_published_at is not None:
        return Side.PROVIDER
    has_requests = ServiceRequest.objects.filter(client=member).exists()
    return Side.CLIENT if has_requests else Side.PROVIDER
