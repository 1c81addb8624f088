"""Reading what the public page shows, in one statement.

It is the page that is read most. Through the ORM the same takes two statements and three times as long, most of that
spent on composing SQL that never changes and on finding out which column is which field.
"""

import json
from typing import Final, NamedTuple

from django.db import connection

from accounts.models import Member
from services.models import PageStatus, ServicePage

FIELDS: Final = tuple(field.attname for field in ServicePage._meta.concrete_fields)
PACKAGES: Final = FIELDS.index("packages")
PROVIDER: Final = ("name", "email", "headline", "photo", "created_at")
SQL: Final = f"""
SELECT {", ".join(f"page.{field.column}" for field in ServicePage._meta.concrete_fields)},
       {", ".join(f"provider.{name}" for name in PROVIDER)},
       ARRAY(SELECT ARRAY[service.slug, service.name, service_group.name, service_group.icon]
             FROM services_pageservice offer
             JOIN services_service service ON service.id = offer.service_id
             JOIN services_servicegroup service_group ON service_group.id = service.group_id
             WHERE offer.page_id = page.id ORDER BY offer.position) AS offered
FROM services_servicepage page
JOIN accounts_member provider ON provider.id = page.member_id
WHERE page.slug = %s AND (page.status = %s OR page.member_id = %s OR %s)
"""  # noqa: S608  our own columns


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
    with connection.cursor() as cursor:
        cursor.execute(SQL, [slug, PageStatus.PUBLISHED, who, bool(reader and reader.is_staff)])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, name, email, headline, photo, created_at, offered = row
    values[PACKAGES] = json.loads(values[PACKAGES])  # Django leaves that to its fields
    page = ServicePage.from_db(connection.alias, FIELDS, values)
    page.member = Member(
        id=page.member_id, name=name, email=email, headline=headline, photo=photo, created_at=created_at
    )
    return page, [Offered(*each) for each in offered]
