"""What a search looks for, once its words are understood. The plan travels in the cursor, so that a walk through the
results goes by the same words and weights from its first page to its last."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection

from services.models import SearchEntry, SearchWord
from services.search.meant import meant_services
from services.search.words import words_of

MOST: Final = 8
"""Words that count; further ones are left to the meaning."""
ALIKE: Final = 0.35
"""Trigram similarity (pg_trgm) from which an unknown word is taken for a misspelling of a known one."""

UNDERSTAND = """
SELECT asked.lexeme, known.pages, near.word, near.pages
FROM unnest(to_tsvector('marketplace', %s)) AS asked
LEFT JOIN services_searchword known ON known.word = asked.lexeme
LEFT JOIN LATERAL (
    SELECT word, pages FROM services_searchword
    WHERE known.word IS NULL AND length(asked.lexeme) > 3 AND word %% asked.lexeme
        AND similarity(word, asked.lexeme) >= %s
    ORDER BY similarity(word, asked.lexeme) DESC, pages DESC LIMIT 1
) near ON true
ORDER BY asked.positions[1]
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as the index holds it, its weight (inverse document frequency), and what was typed if that differs."""

    lexeme: str
    weight: float
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms, and the ids of the services that are meant."""

    terms: tuple[Term, ...] = ()
    services: tuple[int, ...] = ()

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        return [[list(asdict(term).values()) for term in self.terms], list(self.services)]

    @classmethod
    def load(cls, dumped: Any) -> "Plan":
        """What ``dump`` made."""
        terms, services = dumped
        return cls(tuple(Term(*term) for term in terms), tuple(services))

    @property
    def corrections(self) -> dict[str, str]:
        """What was typed and what was taken for it."""
        return {term.typed: term.lexeme for term in self.terms if term.typed}


def understand(text: str) -> Plan:
    """The plan for a text. At most two queries."""
    words = words_of(text)[:MOST]
    if not words:
        return Plan()
    with connection.cursor() as cursor:
        cursor.execute(UNDERSTAND, [" ".join(words), ALIKE])
        rows = cursor.fetchall()
    total = max(_size(), 1)
    terms = []
    for lexeme, pages, near, near_pages in rows:
        count = pages if pages is not None else (near_pages or 0)
        # BM25's inverse document frequency (Robertson and Zaragoza 2009, section 3.4.1), never negative.
        weight = math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))
        terms.append(Term(near or lexeme, round(weight, 4), lexeme if near else ""))
    spelled = " ".join(term.lexeme if term.typed else "" for term in terms).strip()
    return Plan(tuple(terms), tuple(meant_services(text) or (meant_services(f"{text} {spelled}") if spelled else ())))


def _size() -> int:
    """Number of pages in the index, as the planner knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [SearchEntry._meta.db_table])
        estimate = int(cursor.fetchone()[0])
    return estimate if estimate > 0 else SearchEntry.objects.count()


def learn_words(page_ids: list[Any]) -> None:
    """Makes the words of these pages known. Their numbers are counted later, so that no row of a frequent word is
    fought over."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO services_searchword (word, pages)
            SELECT DISTINCT left(word, 64), 1
            FROM services_searchentry, unnest(tsvector_to_array(words)) AS word
            WHERE page_id = ANY(%s) ORDER BY 1
            ON CONFLICT (word) DO NOTHING
            """,
            [page_ids],
        )


def count_words() -> int:
    """Counts all words of the index anew; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO services_searchword (word, pages)
            SELECT left(word, 64), max(ndoc) FROM ts_stat('SELECT words FROM services_searchentry')
            GROUP BY 1 ORDER BY 1
            ON CONFLICT (word) DO UPDATE SET pages = EXCLUDED.pages WHERE services_searchword.pages <> EXCLUDED.pages
            """
        )
    return SearchWord.objects.count()
