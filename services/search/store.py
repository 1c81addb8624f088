"""Writing the index: words in the caller's transaction, vectors after it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from pgvector import HalfVector

from marketplace.clock import utc_now
from services.currencies import digits
from services.exchange import rates
from services.models import PageStatus, PageVector, SearchEntry, Service, ServicePage
from services.search.embedding.chosen import embedder
from services.search.language import configuration, written_in
from services.search.statistics import note_languages

BATCH = 500
"""Pages that are written in one transaction: whoever changes one of them meanwhile waits for it."""
ABOUT = 1500
"""Characters of the about text that give a page its meaning: what comes later dilutes it."""

QUALITY_PRIOR = (4.2, 5)
"""Mean and weight of the prior that ratings are shrunk to: a page with no review counts as five of 4.2 stars."""

QUALITY: Final = """
    (p.rating_sum + %(prior)s * %(weight)s) / (p.rating_count + %(weight)s) / 5.0
        + least(length(p.about), 800) / 8000.0 + CASE WHEN p.taking_work THEN 0.05 ELSE 0 END"""
RATING: Final = "CASE WHEN p.rating_count > 0 THEN p.rating_sum::float / p.rating_count END"

OWN: Final = (
    "page_id, member_id, service_ids, skills, languages, country, city, latitude, longitude, radius_km, remote,"
    " on_site, pricing, rate_eur, rating, rating_count, hours_per_week, available_from, taking_work,"
    " first_published_at, quality, has_vector, indexed_at, written_in"
)
COLUMNS: Final = f"{OWN}, terms, counts, length"

PUT: Final = f"""
WITH read ({OWN}, words) AS MATERIALIZED (
    SELECT p.id, p.member_id,
        coalesce(s.ids, '{{}}'), coalesce((SELECT array_agg(lower(skill)) FROM unnest(p.skills) AS skill), '{{}}'),
        p.languages, p.country, p.city, p.latitude, p.longitude, p.radius_km,
        p.work_location IN ('remote', 'both'), p.work_location IN ('on_site', 'both'), p.pricing,
        p.rate * x.eur_per_minor,
        {RATING}, p.rating_count,
        p.hours_per_week, p.available_from, p.taking_work, p.first_published_at,
        {QUALITY},
        %(has_vector)s::boolean, clock_timestamp(), t.written_in,
        services_lexemes(t.rules, p.title || ' ' || coalesce(s.names, ''), 'A')
            || services_lexemes(t.rules, array_to_string(p.skills, ' ') || ' ' || m.name, 'B')
            || services_lexemes(t.rules, coalesce(s.synonyms, '') || ' ' || p.city, 'C')
            || services_lexemes(t.rules, p.about, 'D')
    FROM services_servicepage p
    JOIN unnest(%(ids)s::uuid[], %(written_in)s::text[], %(rules)s::text[]) AS t (id, written_in, rules) ON t.id = p.id
    JOIN accounts_member m ON m.id = p.member_id AND m.is_active
    LEFT JOIN unnest(%(currencies)s::text[], %(eur_per_minor)s::float[]) AS x (currency, eur_per_minor)
        ON x.currency = p.currency
    LEFT JOIN LATERAL (
        SELECT array_agg(s.id ORDER BY o.position) AS ids, string_agg(s.name, ' ') AS names,
            string_agg(array_to_string(s.synonyms, ' '), ' ') AS synonyms
        FROM services_pageservice o JOIN services_service s ON s.id = o.service_id WHERE o.page_id = p.id
    ) s ON true
    WHERE p.status = 'published'
), learnt AS (
    -- Their pages are counted later, so that no row of a frequent word is fought over.
    INSERT INTO services_searchword (word, pages)
    SELECT DISTINCT left(word, 64), 1 FROM read, unnest(tsvector_to_array(words)) AS word
    ORDER BY 1  -- two writers never wait for each other
    ON CONFLICT (word) DO NOTHING
)
INSERT INTO services_searchentry ({COLUMNS})
SELECT {OWN}, counted.* FROM read CROSS JOIN LATERAL services_counted(words) AS counted
ORDER BY page_id  -- writers of many rows lock them in one order
ON CONFLICT (page_id) DO UPDATE SET ({COLUMNS}) =
    ROW ({", ".join(f"EXCLUDED.{column}" for column in COLUMNS.split(", "))})
"""  # noqa: S608  our own columns

PUT_RATINGS: Final = f"""
UPDATE services_searchentry e SET rating = {RATING}, rating_count = p.rating_count, quality = {QUALITY}
FROM services_servicepage p WHERE p.id = e.page_id AND p.id = ANY(%(ids)s)
"""  # noqa: S608  our own expressions

RENEW: Final = """
WITH others AS (
    SELECT page_id FROM services_pagevector WHERE page_id = ANY(%(ids)s) AND model <> %(model)s
    ORDER BY page_id FOR NO KEY UPDATE  -- writers of many rows lock them in one order
), made AS (
    SELECT others.page_id, new.vector FROM others
    JOIN unnest(%(ids)s::uuid[], %(vectors)s::text[]) AS new (page_id, vector) USING (page_id)
), gone AS (
    DELETE FROM services_pagevector v USING made WHERE v.page_id = made.page_id AND made.vector IS NULL
)
UPDATE services_pagevector v SET model = %(model)s, embedding = made.vector::halfvec
FROM made WHERE v.page_id = made.page_id AND made.vector IS NOT NULL
"""


def put_words(page_ids: Sequence[UUID]) -> None:
    """Puts the published ones of these pages into the index and removes the others. A bounded number of statements.

    The pages are locked as whoever changes one locks it, so that what is written is what they say when it is committed.
    """
    with transaction.atomic(savepoint=False):
        locked = ServicePage.objects.select_for_update(no_key=True).filter(pk__in=page_ids).order_by("pk")
        pages = list(locked.only("title", "about", "languages", "status"))
        SearchEntry.objects.filter(page_id__in=page_ids).exclude(
            page__status=PageStatus.PUBLISHED, page__member__is_active=True
        ).delete()
        insert_words([page for page in pages if page.status == PageStatus.PUBLISHED], has_vector=False)


def insert_words(pages: Iterable[ServicePage], *, has_vector: bool) -> None:
    """Puts these published pages into the index. ``has_vector`` says that the caller adds their vectors."""
    written = {page.pk: written_in(f"{page.title} {page.about}", page.languages) for page in pages}
    if not written:
        return
    note_languages(set(written.values()))
    currencies = rates()
    with connection.cursor() as cursor:
        cursor.execute(
            PUT,
            {
                "ids": list(written),
                "written_in": list(written.values()),
                "rules": [configuration(code) for code in written.values()],
                "prior": QUALITY_PRIOR[0],
                "weight": QUALITY_PRIOR[1],
                "currencies": list(currencies),
                "eur_per_minor": [float(1 / (rate * 10 ** digits(code))) for code, rate in currencies.items()],
                "has_vector": has_vector,
            },
        )


def put_ratings(page_ids: Sequence[UUID]) -> None:
    """Brings up to date what the index knows of these pages' ratings. Their words and meaning stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            PUT_RATINGS,
            {"ids": list(page_ids), "prior": QUALITY_PRIOR[0], "weight": QUALITY_PRIOR[1]},
        )


def put(page_ids: Iterable[UUID]) -> int:
    """Words and vectors of many pages, in batches; returns how many of them are in the index now."""
    done = 0
    for batch in _batches(page_ids):
        put_words(batch)
        done += put_vectors(batch)
    return done


def put_vectors(page_ids: Iterable[UUID]) -> int:
    """Embeds the pages that are in the index; returns how many. Nothing is embedded while a row is locked: those are
    passed over whose row somebody has written meanwhile, or is writing. They are embedded again, by a sweep if need be.
    """
    done = 0
    for batch in _batches(page_ids):
        entries = SearchEntry.objects.filter(page_id__in=batch)
        # Ahead of the texts, which are at least as new then.
        written = dict(entries.values_list("page_id", "indexed_at"))
        found = _embedded(list(written))
        with transaction.atomic():
            free = entries.select_for_update(no_key=True, skip_locked=True)
            same = {page_id for page_id, at in free.values_list("page_id", "indexed_at") if at == written.get(page_id)}
            _put_vectors({page_id: vector for page_id, vector in found.items() if page_id in same})
        done += len(found)
    return done


def _put_vectors(vectors: Mapping[UUID, HalfVector | None]) -> None:
    rows = [
        PageVector(page_id=page_id, model=embedder().name, embedding=vector)
        for page_id, vector in vectors.items()
        if vector
    ]
    PageVector.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["page"], update_fields=["model", "embedding"]
    )
    PageVector.objects.filter(page_id__in=[page_id for page_id, vector in vectors.items() if not vector]).delete()
    SearchEntry.objects.filter(page_id__in=vectors).update(has_vector=True, indexed_at=utc_now())


def renew_vectors(page_ids: Sequence[UUID], *, is_told: bool) -> int:
    """Embeds those of the published pages again whose vector another embedder made, whatever happens to them meanwhile:
    a vector that somebody makes of a newer text stays. Returns how many pages are published. ``is_told``: walks pass
    over them (``SearchEntry.indexed_at``), and engines that follow the index read them again."""
    found = _embedded(page_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        if is_told:
            # Before the vectors, as ``put_vectors`` does, and in one order.
            entries = SearchEntry.objects.filter(page_id__in=found)
            list(entries.select_for_update(no_key=True).order_by("page").values_list("page_id"))
            entries.update(indexed_at=utc_now())
        cursor.execute(
            RENEW,
            {
                "ids": list(found),
                "vectors": [vector.to_text() if vector else None for vector in found.values()],
                "model": embedder().name,
            },
        )
    return len(found)


def _embedded(page_ids: Sequence[UUID]) -> dict[UUID, HalfVector | None]:
    """The vectors of the published ones of these pages by their ids, in order; None where a text means nothing."""
    published = ServicePage.objects.filter(pk__in=page_ids, status=PageStatus.PUBLISHED).order_by("pk")
    pages = list(published.prefetch_related("services"))
    vectors = embedder().embed([text_of(page, page.services.all()) for page in pages])
    return {page.pk: HalfVector(vector) if vector.any() else None for page, vector in zip(pages, vectors, strict=True)}


def text_of(page: ServicePage, services: Iterable[Service]) -> str:
    """What a page that offers these services means, most telling first."""
    offered = [word for service in services for word in (service.name, *service.synonyms[:3])]
    return ". ".join([page.title, ", ".join(offered), ", ".join(page.skills), page.about[:ABOUT]])


def _batches(page_ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    batch: list[UUID] = []
    for page_id in page_ids:
        batch.append(page_id)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
