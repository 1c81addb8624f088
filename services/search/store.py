"""Writing the index: words in the caller's transaction, vectors after it."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from pgvector import HalfVector

from marketplace.clock import utc_now
from services.currencies import digits
from services.exchange import rates
from services.models import PageStatus, PageVector, SearchEntry, Service, ServicePage
from services.search.embedding.chosen import embedder
from services.search.plan import learn_words

BATCH = 1000
ABOUT = 1500
"""Characters of the about text that give a page its meaning: what comes later dilutes it."""

QUALITY_PRIOR = (4.2, 5)
"""Mean and weight of the prior that ratings are shrunk to: a page with no review counts as five of 4.2 stars."""

PUT = """
INSERT INTO services_searchentry (
    page_id, member_id, words, service_ids, skills, languages, country, city, latitude, longitude, radius_km,
    remote, on_site, pricing, rate_eur, rating, rating_count, hours_per_week, available_from, taking_work,
    first_published_at, quality, has_vector, indexed_at
)
SELECT p.id, p.member_id,
    setweight(to_tsvector('marketplace', p.title || ' ' || coalesce(s.names, '')), 'A')
        || setweight(to_tsvector('marketplace', array_to_string(p.skills, ' ') || ' ' || m.name), 'B')
        || setweight(to_tsvector('marketplace', coalesce(s.synonyms, '') || ' ' || p.city), 'C')
        || setweight(to_tsvector('marketplace', left(p.about, 5000)), 'D'),
    coalesce(s.ids, '{}'), coalesce((SELECT array_agg(lower(skill)) FROM unnest(p.skills) AS skill), '{}'),
    p.languages, p.country, p.city, p.latitude, p.longitude, p.radius_km,
    p.work_location IN ('remote', 'both'), p.work_location IN ('on_site', 'both'), p.pricing,
    p.rate * x.eur_per_minor,
    CASE WHEN p.rating_count > 0 THEN p.rating_sum::float / p.rating_count END, p.rating_count,
    p.hours_per_week, p.available_from, p.taking_work, p.first_published_at,
    (p.rating_sum + %(prior)s * %(weight)s) / (p.rating_count + %(weight)s) / 5.0
        + least(length(p.about), 800) / 8000.0 + CASE WHEN p.taking_work THEN 0.05 ELSE 0 END,
    %(has_vector)s, clock_timestamp()
FROM services_servicepage p
JOIN accounts_member m ON m.id = p.member_id AND m.is_active
LEFT JOIN unnest(%(currencies)s::text[], %(eur_per_minor)s::float[]) AS x (currency, eur_per_minor)
    ON x.currency = p.currency
LEFT JOIN LATERAL (
    SELECT array_agg(s.id ORDER BY o.position) AS ids, string_agg(s.name, ' ') AS names,
        string_agg(array_to_string(s.synonyms, ' '), ' ') AS synonyms
    FROM services_pageservice o JOIN services_service s ON s.id = o.service_id WHERE o.page_id = p.id
) s ON true
WHERE p.id = ANY(%(ids)s) AND p.status = 'published'
ON CONFLICT (page_id) DO UPDATE SET (
    member_id, words, service_ids, skills, languages, country, city, latitude, longitude, radius_km,
    remote, on_site, pricing, rate_eur, rating, rating_count, hours_per_week, available_from, taking_work,
    first_published_at, quality, has_vector, indexed_at
) = ROW (
    EXCLUDED.member_id, EXCLUDED.words, EXCLUDED.service_ids, EXCLUDED.skills, EXCLUDED.languages, EXCLUDED.country,
    EXCLUDED.city, EXCLUDED.latitude, EXCLUDED.longitude, EXCLUDED.radius_km, EXCLUDED.remote, EXCLUDED.on_site,
    EXCLUDED.pricing, EXCLUDED.rate_eur, EXCLUDED.rating, EXCLUDED.rating_count, EXCLUDED.hours_per_week,
    EXCLUDED.available_from, EXCLUDED.taking_work, EXCLUDED.first_published_at, EXCLUDED.quality, false,
    EXCLUDED.indexed_at
)
"""


def put_words(page_ids: Sequence[UUID]) -> None:
    """Puts the published ones of these pages into the index and removes the others. One statement each."""
    SearchEntry.objects.filter(page_id__in=page_ids).exclude(
        page__status=PageStatus.PUBLISHED, page__member__is_active=True
    ).delete()
    insert_words(page_ids, has_vector=False)


def insert_words(page_ids: Sequence[UUID], *, has_vector: bool) -> None:
    """Puts the published ones of these pages into the index. ``has_vector`` says that the caller adds their vectors."""
    currencies = rates()
    with connection.cursor() as cursor:
        cursor.execute(
            PUT,
            {
                "ids": list(page_ids),
                "prior": QUALITY_PRIOR[0],
                "weight": QUALITY_PRIOR[1],
                "currencies": list(currencies),
                "eur_per_minor": [float(1 / (rate * 10 ** digits(code))) for code, rate in currencies.items()],
                "has_vector": has_vector,
            },
        )


def put(page_ids: Iterable[UUID]) -> int:
    """Words and vectors of many pages, in batches; returns how many of them are in the index now."""
    done = 0
    for batch in _batches(page_ids):
        put_words(batch)
        done += put_vectors(batch)
    return done


def put_vectors(page_ids: Iterable[UUID]) -> int:
    """Embeds the pages that are in the index; returns how many. Nothing is embedded while a row is locked."""
    done = 0
    for batch in _batches(page_ids):
        pages = list(ServicePage.objects.filter(pk__in=batch, status=PageStatus.PUBLISHED).prefetch_related("services"))
        vectors = embedder().embed([text_of(page, page.services.all()) for page in pages])
        rows = [
            PageVector(page=page, model=embedder().name, embedding=HalfVector(vector))
            for page, vector in zip(pages, vectors, strict=True)
            if vector.any()
        ]
        with transaction.atomic():
            PageVector.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["page"], update_fields=["model", "embedding"]
            )
            SearchEntry.objects.filter(page_id__in=[page.pk for page in pages]).update(
                has_vector=True, indexed_at=utc_now()
            )
        learn_words([page.pk for page in pages])
        done += len(pages)
    return done


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
