"""What is shown of the pages that were found: read in one query, in their order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.search.engine import Found
from services.search.matches import NOBODY, all_words
from services.search.meant import service_pairs
from services.search.ranking import Row

REASONS: dict[str, Promise] = {
    "words": _("Has all your words"),
    "some_words": _("Has some of your words"),
    "service": _("Offers the service that you mean"),
    "meaning": _("Means nearly the same"),
    "near": _("Among the nearest in meaning"),
}

CLOSE: Final = 0.5
"""Cosine from which we say that a page means nearly the same."""

SQL: Final = """
SELECT p.id, p.slug, p.title, p.summary, p.pricing, p.rate, p.currency, p.country, p.city, p.work_location,
    p.rating_sum, p.rating_count, p.taking_work, p.member_id, m.name, m.email, m.photo, e.service_ids, {has_words}
FROM services_servicepage p JOIN accounts_member m ON m.id = p.member_id
JOIN services_searchentry e ON e.page_id = p.id
WHERE p.id = ANY(%(ids)s) AND p.status = 'published'
"""
SERVICES: Final = 17
"""The column of the services."""


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
    services: tuple[tuple[str, str], ...]
    has_all_words: bool

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.member_name or self.member_email.partition("@")[0]

    @property
    def rating(self) -> float | None:
        """Mean rating, or None without reviews."""
        return self.rating_sum / self.rating_count if self.rating_count else None


def cards(found: Found) -> list[tuple[Card, list[str]]]:
    """The cards of the hits that are still published, each with the reasons for its place. One query."""
    shown = cards_of([hit.row.page_id for hit in found.hits], words=all_words(found.plan))
    pairs = ((shown.get(hit.row.page_id), hit.row) for hit in found.hits)
    texts = {name: str(text) for name, text in REASONS.items()}
    return [(card, [texts[reason] for reason in _reasons(card, row)]) for card, row in pairs if card]


def cards_of(page_ids: Iterable[UUID], *, words: str = NOBODY) -> dict[UUID, Card]:
    """The cards of those pages that are published, by id. ``words``: a condition of SQL (``matches``), of which a card
    says whether its page fulfils it. One query."""
    statement = SQL.format(has_words=words)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(page_ids)})
        return {row[0]: _card(list(row)) for row in cursor}


def _card(values: list[Any]) -> Card:
    values[SERVICES] = service_pairs(values[SERVICES])
    return Card(*values)


def _reasons(card: Card, row: Row) -> Iterator[str]:
    if row.words > 0:  # what stands nowhere counts nothing
        yield "words" if card.has_all_words else "some_words"
    if row.offers:
        yield "service"
    if row.similarity >= CLOSE:
        yield "meaning"
    elif row.similarity > 0 and not row.offers and row.words <= 0:  # nothing else brought it here
        yield "near"
