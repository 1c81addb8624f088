"""Celery beat's schedule.

Every periodic task must be harmless under two beats and after hours without one: it claims by a conditional UPDATE, a
row lock or an advisory lock what is due now, whoever else runs. So an entry expires when the next one is due, and beats
that no worker took in time never pile up in a queue.

Beat keeps nothing on disk: an entry is due for the first time one interval after its start, and what happened before
it is forgotten. So no interval is longer than an hour, or a beat that is restarted every day would never come to it.
What is to happen more seldom is asked for every hour, and finds out from the database when it happened last.
"""

from typing import Any, Final, TypedDict


class Entry(TypedDict):
    """One line of ``SCHEDULE``."""

    task: str
    schedule: float
    options: dict[str, Any]


def every(seconds: float, task: str) -> Entry:
    """Runs the task at this interval."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE: Final[dict[str, Entry]] = {
    "requests-waiting": every(10, "requests.matching.tasks.match_waiting"),
    "requests-clocks": every(60, "requests.tasks.sweep_clocks"),
    "requests-prices": every(3600, "requests.tasks.count_agreed_prices"),
    "requests-share": every(3600, "requests.matching.tasks.count_share"),
    "requests-learning": every(3600, "requests.learning.tasks.learn_ranking"),
    "services-words": every(900, "services.tasks.count_words"),
    "services-columns": every(60, "services.tasks.write_columns"),
    "services-changes": every(3600, "services.tasks.forget_search_changes"),
    "services-vectors": every(10, "services.tasks.sweep_vectors"),
    "attachments-unattached": every(900, "attachments.tasks.sweep_unattached"),
    "accounts-forget-expired": every(3600, "accounts.tasks.forget_expired"),
    "notifications-sweep": every(10, "notifications.tasks.sweep"),
    "notifications-forget-old": every(3600, "notifications.tasks.forget_old"),
    "engagements-response-times": every(3600, "engagements.tasks.measure_response_times"),
    "engagements-clocks": every(60, "engagements.tasks.sweep_clocks"),
    "insights-close": every(15, "insights.tasks.close_ended_minutes"),
    "insights-pages": every(3600, "insights.tasks.count_published_pages"),
    "insights-progress": every(60, "insights.tasks.count_how_far_requests_got"),
    "services-counters": every(60, "services.tasks.flush_counters"),
    "services-saved": every(60, "services.tasks.sweep_saved_searches"),
    "services-sitemap": every(3600, "services.tasks.refresh_sitemap"),
}
