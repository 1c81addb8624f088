"""What BM25 knows of the whole index: in how many pages each word stands, how many pages there are, how long they are.

Counted every quarter of an hour, or after a bulk load. What is written in between uses the numbers of then; they matter
by their ratios, which drift slowly.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Avg

from services.models import SearchEntry, SearchStatistics, SearchWord

TOLERANCE: Final = 0.25
"""How far the mean length may drift before all pages are weighed anew."""
BATCH: Final = 5000

COUNT_WORDS = """
INSERT INTO services_searchword (word, pages)
SELECT left(word, 64), max(ndoc) FROM ts_stat('SELECT words FROM services_searchentry')
GROUP BY 1 ORDER BY 1
ON CONFLICT (word) DO UPDATE SET pages = EXCLUDED.pages WHERE services_searchword.pages <> EXCLUDED.pages
"""

FREQUENT: Final = 1000
"""Pages from which a word is looked for where it counts most."""
SAMPLE: Final = 10_000
"""Pages whose words tell how much frequent words count."""

COUNT_TIERS = """
WITH sample AS MATERIALIZED (
    SELECT unnest(services_levels(impacts)) AS tier FROM services_searchentry TABLESAMPLE SYSTEM (%(percent)s)
), counted AS MATERIALIZED (SELECT tier, count(*) AS pages FROM sample GROUP BY tier),
found AS MATERIALIZED (
    SELECT word, array_agg(coalesce(counted.pages, 0) ORDER BY level) AS tiers, sum(counted.pages) AS pages
    FROM services_searchword
    CROSS JOIN generate_series(0, 63) AS level
    LEFT JOIN counted ON counted.tier = services_level_key(services_term(word), level)
    WHERE services_searchword.pages >= %(frequent)s GROUP BY word
)
UPDATE services_searchword known SET tiers = ARRAY(
    SELECT round(each * known.pages / found.pages) FROM unnest(found.tiers) WITH ORDINALITY AS tier (each, level)
    ORDER BY level
)
FROM found WHERE known.word = found.word AND found.pages >= 20
"""

LEARN_WORDS = """
INSERT INTO services_searchword (word, pages)
SELECT DISTINCT left(word, 64), 1
FROM services_searchentry, unnest(tsvector_to_array(words)) AS word
WHERE page_id = ANY(%s) ORDER BY 1
ON CONFLICT (word) DO NOTHING
"""

WEIGH = """
UPDATE services_searchentry SET
    impacts = CASE WHEN impacts IS NULL THEN services_impacts(words, services_length(words), %(mean)s)
        ELSE services_reweighed(impacts, length, %(mean)s) END,
    length = CASE WHEN impacts IS NULL THEN services_length(words) ELSE length END,
    words = strip(words), indexed_at = clock_timestamp()
WHERE page_id = ANY(%(ids)s)
"""
"""Rows of before version 0011 have no impacts yet, but all positions of their words."""

STRIP = """
UPDATE services_searchentry SET words = strip(words)
WHERE page_id = ANY(%s) AND impacts IS NOT NULL AND words <> strip(words)
"""
STRIPPED: Final = 20_000
"""Rows that are looked through at a time for positions of words, which earlier versions stored."""


def learn_words(page_ids: Sequence[UUID]) -> None:
    """Makes the words of these pages known. Their numbers are counted later, so that no row of a frequent word is
    fought over; in one order, so that two writers never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(LEARN_WORDS, [list(page_ids)])


def count_words() -> int:
    """Counts words, pages and lengths anew; returns how many words there are. Weighs pages where that is called for."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_WORDS)
        cursor.execute(
            "SELECT count(*), avg(CASE WHEN impacts IS NULL THEN services_length(words) ELSE length END),"
            " array_agg(DISTINCT written_in) FROM services_searchentry"
        )
        pages, mean, languages = cursor.fetchone()
    kept = SearchStatistics.current()
    drifted = mean is not None and not _near(kept.mean_length, mean)
    if drifted:
        kept.mean_length = mean
    kept.pages, kept.languages = pages, sorted(languages or [])
    kept.save()
    _weigh(all_of_them=drifted, mean=kept.mean_length)
    _strip(after=kept.stripped_to)
    _count_tiers(kept.pages)
    return SearchWord.objects.count()


def _count_tiers(pages: int) -> None:
    """Estimates from a sample what each frequent word counts in how many pages."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE services_searchword SET tiers = '{}' WHERE tiers <> '{}' AND pages < %s", [FREQUENT])
        percent = min(100.0, 100.0 * SAMPLE / max(pages, 1))
        cursor.execute(COUNT_TIERS, {"percent": percent, "frequent": FREQUENT})


def mean_length(languages: Iterable[str]) -> float:
    """The mean length to weigh by, 0 where nothing was counted yet. Notes languages that are new to the index."""
    kept = SearchStatistics.current()
    if not set(languages) <= set(kept.languages):
        kept.languages = sorted({*kept.languages, *languages})
        kept.save()
    return kept.mean_length


def take_for_mean(page_ids: Sequence[UUID]) -> None:
    """Takes the first pages of an index for the mean of all, and weighs them by it."""
    kept = SearchStatistics.current()
    kept.mean_length = SearchEntry.objects.filter(page_id__in=page_ids).aggregate(mean=Avg("length"))["mean"] or 1
    kept.save()
    with connection.cursor() as cursor:
        cursor.execute(WEIGH, {"ids": list(page_ids), "mean": kept.mean_length})


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(one, other)


def _weigh(*, all_of_them: bool, mean: float) -> None:
    """Computes the impacts of all pages, or of those that have none, in batches that each lock few rows shortly."""
    entries = SearchEntry.objects.order_by("page")
    if not all_of_them:
        entries = entries.filter(impacts=None)
    last: UUID | None = None
    while True:
        following = entries.filter(page_id__gt=last) if last else entries
        ids = list(following.values_list("page_id", flat=True)[:BATCH])
        if not ids:
            return
        with connection.cursor() as cursor:
            cursor.execute(WEIGH, {"ids": ids, "mean": mean})
        last = ids[-1]


def _strip(*, after: UUID | None) -> None:
    """Takes the positions of words out of the next rows behind ``after``."""
    entries = SearchEntry.objects.filter(page_id__gt=after) if after else SearchEntry.objects.all()
    ids = list(entries.order_by("page").values_list("page_id", flat=True)[:STRIPPED])
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with connection.cursor() as cursor:
            cursor.execute(STRIP, [batch])
        SearchStatistics.objects.filter(pk=1).update(stripped_to=batch[-1])
