"""Ratings, jobs and response times of the demo's pages and clients: summed from what is there, never invented."""

from datetime import datetime
from typing import Final

from django.db import connection

from engagements.response_times import measure
from requests.models import Match
from services.actions import record_response_times
from services.search import index

PAGES: Final = """
WITH rated AS (
    SELECT page_id, sum(rating) AS stars, count(*) AS number FROM engagements_review
    WHERE published_at IS NOT NULL AND by = 'client' GROUP BY page_id
), done AS (
    SELECT page_id, count(*) AS number FROM engagements_engagement WHERE status = 'completed' GROUP BY page_id
), outside AS (
    SELECT page_id, count(*) AS number FROM engagements_outsidereview GROUP BY page_id
), known AS (
    SELECT p.id, coalesce(r.stars, 0) AS stars, coalesce(r.number, 0) AS ratings, coalesce(d.number, 0) AS jobs,
        coalesce(o.number, 0) AS outside
    FROM services_servicepage p JOIN accounts_member m ON m.id = p.member_id AND m.is_demo
    LEFT JOIN rated r ON r.page_id = p.id LEFT JOIN done d ON d.page_id = p.id LEFT JOIN outside o ON o.page_id = p.id
)
UPDATE services_servicepage p SET rating_sum = k.stars, rating_count = k.ratings, jobs_done = k.jobs,
    outside_reviews = k.outside
FROM known k
WHERE p.id = k.id
    AND (p.rating_sum, p.rating_count, p.jobs_done, p.outside_reviews)
        IS DISTINCT FROM (k.stars, k.ratings, k.jobs, k.outside)
RETURNING p.id
"""
CLIENTS: Final = """
INSERT INTO requests_clientrecord (member_id, rating_sum, rating_count)
SELECT e.client_id, sum(r.rating), count(*) FROM engagements_review r
JOIN engagements_engagement e ON e.id = r.engagement_id JOIN accounts_member m ON m.id = e.client_id AND m.is_demo
WHERE r.published_at IS NOT NULL AND r.by = 'provider' GROUP BY e.client_id
ON CONFLICT (member_id) DO UPDATE SET rating_sum = EXCLUDED.rating_sum, rating_count = EXCLUDED.rating_count
"""
BATCH: Final = 5000


def sum_records(now: datetime) -> None:
    """Sums what the demo's members are known for, and has the search know it too. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(PAGES)
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute(CLIENTS)
    index.ratings_changed(changed)
    told = Match.objects.filter(page__member__is_demo=True).order_by("page_id").values_list("page_id", flat=True)
    pages = list(told.distinct())  # nobody else has a time to answer in, and of millions of pages few have
    for start in range(0, len(pages), BATCH):
        batch = pages[start : start + BATCH]
        record_response_times(pages=batch, seconds=measure(batch, now=now))
