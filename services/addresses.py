"""Addresses of service pages: readable, in ASCII, unique, and never taken from a page that had them."""

import re
import secrets
from uuid import UUID

from anyascii import anyascii

from services.models import PageAddress, ServicePage

MAX_WORDS = 70
"""Characters of the title that an address keeps, cut between words."""
# fmt: off
RESERVED = frozenset({
    "about", "admin", "api", "catalogue", "categories", "compare", "delete", "drafts", "edit", "explain", "facets",
    "feed", "help", "invite", "map", "mine", "new", "page", "preview", "publish", "requests", "saved", "search",
    "settings", "sitemap", "suggest",
})
# fmt: on
"""First parts of addresses under /services/ that are, or may become, something else than a page."""
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def slug_of(title: str) -> str:
    """The title in lower-case ASCII with hyphens: ``Логотипы для кофеен`` is ``logotipy-dlya-kofeen``."""
    # Scripts without spaces come out as words run together that each begin with a capital: DongJing.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", anyascii(title)) if not title.isascii() else title
    slug = "-".join(re.findall(r"[a-z0-9]+", spaced.replace("'", "").lower()))
    if len(slug) > MAX_WORDS:
        slug = slug[: MAX_WORDS + 1].rpartition("-")[0] or slug[:MAX_WORDS]
    return slug


def free_slug(title: str, *, page_id: UUID, present: str = "") -> str:
    """An address for the page that no other page has or had; with four letters added where the plain one is taken.

    The ``present`` address stays where it fits the title.
    """
    plain = slug_of(title) or "page"
    if present == plain or re.fullmatch(f"{plain}-[{LETTERS}]{{4}}", present):
        return present
    if plain not in RESERVED and _is_free(plain, page_id):
        return plain
    while not _is_free(found := f"{plain}-{_suffix()}", page_id):
        pass
    return found


def _suffix() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(4))


def _is_free(slug: str, page_id: UUID) -> bool:
    taken = ServicePage.objects.filter(slug=slug).exclude(pk=page_id).exists()
    return not taken and not PageAddress.objects.filter(slug=slug).exclude(page_id=page_id).exists()
