"""Pages as cards, in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from accounts.models import Member
from services.countries import country_name
from services.models import ListedPage
from services.presentation.price import Price, price_words
from services.search.cards import Card


@dataclass(frozen=True, slots=True)
class Result:
    """A card in the reader's words: all that is shown of it, so that equal ones are drawn once."""

    card: Card
    price: Price
    place: str
    photo: str
    reasons: tuple[str, ...]
    is_ticked: bool = False


def in_words(card: Card, reasons: Iterable[str], locale: str, *, is_ticked: bool = False) -> Result:
    """The card for a reader of this locale; ``is_ticked`` among those whom she wants to ask."""
    country = country_name(card.country, get_language() or "en") if card.country else ""
    place = ", ".join(part for part in (card.city, country) if part)
    photo = f"{settings.MEDIA_URL}{card.member_photo}" if card.member_photo else ""
    price = price_words(card.pricing, card.rate, card.currency, locale)
    return Result(card, price, place, photo, tuple(reasons), is_ticked)


def kept_by(member: Member | None, page_ids: Iterable[UUID]) -> set[UUID]:
    """Which of the pages are on a list of the member's. One query, none for others."""
    ids = list(page_ids) if member is not None else []
    if not ids:
        return set()
    return set(ListedPage.objects.filter(list__member=member, page__in=ids).values_list("page_id", flat=True))
