"""Reading what the public page shows, in one statement.

It is the page that is read most. Through the ORM the same takes two statements and three times as long, most of that
spent on composing SQL that never changes.
"""

from typing import Any, NamedTuple

from accounts.models import Member
from services.models import PageStatus, ServicePage

SQL = """
SELECT page.*, provider.name AS provider_name, provider.email AS provider_email, provider.headline AS provider_headline,
       provider.photo AS provider_photo, provider.created_at AS provider_since,
       ARRAY(SELECT ARRAY[service.slug, service.name, service_group.name, service_group.icon]
             FROM services_pageservice offer
             JOIN services_service service ON service.id = offer.service_id
             JOIN services_servicegroup service_group ON service_group.id = service.group_id
             WHERE offer.page_id = page.id ORDER BY offer.position) AS offered
FROM services_servicepage page
JOIN accounts_member provider ON provider.id = page.member_id
WHERE page.slug = %s AND (page.status = %s OR page.member_id = %s OR %s)
"""


class Offered(NamedTuple):
    """A service that a page offers, with what its group gives to it."""

    slug: str
    name: str
    group: str
    icon: str


def fetch_page(slug: str, reader: Member | None) -> tuple[ServicePage, list[Offered]] | None:
    """The page at this address with its provider and services, if the reader may see it. One query.

    Who sees which page is as in ``PageQuerySet.visible_to``; a test compares the two.
    """
    who = reader.pk if reader is not None else None
    rows: Any = ServicePage.objects.raw(SQL, [slug, PageStatus.PUBLISHED, who, bool(reader and reader.is_staff)])
    page = next(iter(rows), None)
    if page is None:
        return None
    page.member = Member(
        id=page.member_id,
        name=page.provider_name,
        email=page.provider_email,
        headline=page.provider_headline,
        photo=page.provider_photo,
        created_at=page.provider_since,
    )
    return page, [Offered(*offered) for offered in page.offered]
