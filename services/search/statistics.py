"""What BM25 knows of the whole index: in how many pages each word stands, how many pages there are, how long they are.

Counted every quarter of an hour, or less often where that takes long, and after a bulk load. What is asked in between
uses the numbers of then; they matter by their ratios, which drift slowly.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from marketplace.alone import alone
from marketplace.clock import utc_now
from services.models import SearchStatistics, SearchWord

LOCK: Final = 7_305_004
"""Number of the advisory lock of the one who counts: two would wait for each other's words."""
SHARE: Final = 0.01
"""Of all time, what counting may take."""
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


def count_words_in_turn(*, now: datetime) -> None:
    """Counts, unless the last count took so long that it is not yet time: among ten million pages it takes minutes.
    Does nothing while somebody else counts."""
    with alone(LOCK) as is_alone:
        kept = SearchStatistics.current()
        due = kept.counted_at is None or now >= kept.counted_at + timedelta(seconds=kept.counted_in / SHARE)
        if is_alone and due:
            _count(now)


def count_words(*, now: datetime | None = None) -> int:
    """Counts words, pages and lengths anew, after whoever counts now; returns how many words there are."""
    with alone(LOCK, patience=float("inf")):
        _count(now or utc_now())
    return SearchWord.objects.count()


def _count(now: datetime) -> None:
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WORDS)
        cursor.execute(COUNT_PAGES)
        pages, mean, languages = cursor.fetchone()
    mean_length = SearchStatistics.current().mean_length
    if mean is not None and not _near(mean_length, mean):
        mean_length = mean
    _keep(
        pages=pages,
        mean_length=mean_length,
        languages=sorted(languages or []),
        counted_at=now,
        counted_in=time.monotonic() - begun,
    )


def note_languages(languages: Iterable[str]) -> None:
    """Notes those that are new to the index: questions are read by the rules of each."""
    known = set(SearchStatistics.current().languages)
    if not known.issuperset(languages):
        _keep(languages=sorted(known.union(languages)))


def _keep(**numbers: Any) -> None:
    """Nothing else of the row, which others write at the same time."""
    SearchStatistics.objects.update_or_create(pk=1, defaults=numbers)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(one, other)
