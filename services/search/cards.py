"""What is shown of the pages that were found: read in one query, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.search.ranking import Hit

REASONS: dict[str, Promise] = {
    "words": _("Has all your words"),
    "some_words": _("Has some of your words"),
    "service": _("Offers the service that you mean"),
    "meaning": _("Means nearly the same"),
}

SQL = """
SELECT p.id, p.slug, p.title, p.summary, p.pricing, p.rate, p.currency, p.country, p.city, p.work_location,
    p.rating_sum, p.rating_count, p.taking_work, p.member_id, m.name, m.email, m.photo,
    ARRAY(SELECT ARRAY[s.slug, s.name] FROM services_pageservice o JOIN services_service s ON s.id = o.service_id
          WHERE o.page_id = p.id ORDER BY o.position)
FROM services_servicepage p JOIN accounts_member m ON m.id = p.member_id
WHERE p.id = ANY(%s) AND p.status = 'published'
"""


@dataclass(frozen=True, slots=True)
class Card:
    """A page in a list of results."""

    id: UUID
    slug: str
    title: str
    summary: str
    pricing: str
    rate: int | None
    currency: str
    country: str
    city: str
    work_location: str
    rating_sum: int
    rating_count: int
    taking_work: bool
    member_id: UUID
    member_name: str
    member_email: str
    member_photo: str
    services: list[list[str]]

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.member_name or self.member_email.partition("@")[0]

    @property
    def rating(self) -> float | None:
        """Mean rating, or None without reviews."""
        return self.rating_sum / self.rating_count if self.rating_count else None


def cards(hits: Sequence[Hit]) -> list[tuple[Card, list[str]]]:
    """The cards of the hits that are still published, each with the reasons for its place. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [[hit.row.page_id for hit in hits]])
        found = {row[0]: Card(*row) for row in cursor.fetchall()}
    return [
        (found[hit.row.page_id], [str(REASONS[reason]) for reason in hit.reasons])
        for hit in hits
        if hit.row.page_id in found
    ]
