"""What BM25 knows of the whole index: in how many pages each word stands, how many pages there are, how long they are.

Counted every quarter of an hour, or after a bulk load. What is asked in between uses the numbers of then; they matter
by their ratios, which drift slowly.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection

from services.models import SearchStatistics, SearchWord

TOLERANCE: Final = 0.25
"""How far the mean length may drift before pages are measured by another one: engines that keep what words count in
pages (``engines/columns``) then compute it anew."""

MEAN_LENGTH: Final = """coalesce(
    nullif((SELECT mean_length FROM services_searchstatistics WHERE id = 1), 0),
    (SELECT avg(length) FROM services_searchentry), 1
)"""
"""The length by which pages are measured; that of the moment, as long as nothing was counted."""
COUNT_WORDS: Final = """
WITH counted AS MATERIALIZED (
    SELECT term, count(*) AS pages FROM services_searchentry, unnest(terms) AS term GROUP BY term
), known AS MATERIALIZED (
    SELECT word, coalesce(counted.pages, 0) AS pages
    FROM services_searchword LEFT JOIN counted ON counted.term = services_term(word)
), gone AS (
    DELETE FROM services_searchword word USING known
    WHERE known.word = word.word AND known.pages = 0 AND word.pages = 0
)
UPDATE services_searchword word SET pages = known.pages
FROM known WHERE known.word = word.word AND known.pages <> word.pages
"""
"""A word that no page has goes when it is counted for the second time: a page that is being written may have it, and
found it known (``store.PUT``)."""
COUNT_PAGES: Final = "SELECT count(*), avg(length), array_agg(DISTINCT written_in) FROM services_searchentry"


def count_words() -> int:
    """Counts words, pages and lengths anew; returns how many words there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WORDS)
        cursor.execute(COUNT_PAGES)
        pages, mean, languages = cursor.fetchone()
    kept = SearchStatistics.current()
    if mean is not None and not _near(kept.mean_length, mean):
        kept.mean_length = mean
    kept.pages, kept.languages = pages, sorted(languages or [])
    kept.save()
    return SearchWord.objects.count()


def note_languages(languages: Iterable[str]) -> None:
    """Notes those that are new to the index: questions are read by the rules of each."""
    kept = SearchStatistics.current()
    if not set(languages) <= set(kept.languages):
        kept.languages = sorted({*kept.languages, *languages})
        kept.save()


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(one, other)
