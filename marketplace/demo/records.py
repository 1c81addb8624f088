"""Ratings, jobs and response times of the demo's pages and clients: summed from what is there, never invented."""

from typing import Final
from uuid import UUID

from django.db import connection

from services.search import index

PAGES: Final = """
WITH rated AS (
    SELECT page_id, sum(rating) AS stars, count(*) AS number FROM engagements_review
    WHERE published_at IS NOT NULL AND by = 'client' GROUP BY page_id
), done AS (
    SELECT page_id, count(*) AS number FROM engagements_engagement WHERE status = 'completed' GROUP BY page_id
), known AS (
    SELECT p.id, coalesce(r.stars, 0) AS stars, coalesce(r.number, 0) AS ratings, coalesce(d.number, 0) AS jobs
    FROM services_servicepage p JOIN accounts_member m ON m.id = p.member_id AND m.is_demo
    LEFT JOIN rated r ON r.page_id = p.id LEFT JOIN done d ON d.page_id = p.id
)
UPDATE services_servicepage p SET rating_sum = k.stars, rating_count = k.ratings, jobs_done = k.jobs
FROM known k
WHERE p.id = k.id AND (p.rating_sum, p.rating_count, p.jobs_done) IS DISTINCT FROM (k.stars, k.ratings, k.jobs)
RETURNING p.id
"""
ANSWERS: Final = """
WITH answered AS (
    SELECT m.page_id, extract(epoch FROM least(min(p.submitted_at), min(m.declined_at)) - min(m.created_at)) AS seconds
    FROM requests_match m
    LEFT JOIN requests_proposal p ON p.request_id = m.request_id AND p.page_id = m.page_id
    GROUP BY m.request_id, m.page_id
), measured AS (
    SELECT page_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::int AS median FROM answered
    WHERE seconds IS NOT NULL GROUP BY page_id HAVING count(*) >= %s
)
UPDATE services_servicepage p SET response_seconds = r.median FROM measured r, accounts_member m
WHERE p.id = r.page_id AND m.id = p.member_id AND m.is_demo AND p.response_seconds IS DISTINCT FROM r.median
"""
CLIENTS: Final = """
INSERT INTO requests_clientrecord (member_id, rating_sum, rating_count)
SELECT e.client_id, sum(r.rating), count(*) FROM engagements_review r
JOIN engagements_engagement e ON e.id = r.engagement_id JOIN accounts_member m ON m.id = e.client_id AND m.is_demo
WHERE r.published_at IS NOT NULL AND r.by = 'provider' GROUP BY e.client_id
ON CONFLICT (member_id) DO UPDATE SET rating_sum = EXCLUDED.rating_sum, rating_count = EXCLUDED.rating_count
"""
FEWEST_ANSWERS: Final = 3
"""Below that nothing is said of a provider's response time."""


def sum_records() -> None:
    """Sums what the demo's members are known for, and has the search know it too. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(PAGES)
        changed = [UUID(str(row[0])) for row in cursor.fetchall()]
        cursor.execute(ANSWERS, [FEWEST_ANSWERS])
        cursor.execute(CLIENTS)
    index.ratings_changed(changed)
