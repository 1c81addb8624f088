"""The words by which the script of the guides' picker finds a service: also those of other languages."""

import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from services.models import Service
from services.search.meant import foreign_names

KEPT: Final = 4096
"""Services whose words are kept in the process."""


def words_beside(service: Service) -> str:
    """What its synonyms and its German, Spanish and French names add to the words of its name, as the script compares
    words: without case and diacritics, by their beginnings. So none is in it with which another one begins."""
    return _words_beside(service.name, tuple(service.synonyms), service.slug)


@lru_cache(KEPT)
def _words_beside(name: str, synonyms: tuple[str, ...], slug: str) -> str:
    own = set(_plain(name).split())
    known = {word for each in (*synonyms, *foreign_names().get(slug, ())) for word in _plain(each).split()}
    kept = (word for word, following in pairwise([*sorted(own | known), ""]) if not following.startswith(word))
    return " ".join(word for word in kept if word not in own)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()
