"""Entries of Celery beat's schedule.

Every periodic task must be harmless under two beats and after hours without one: it claims by a conditional UPDATE, a
row lock or an advisory lock what is due now, whoever else runs. So an entry expires when the next one is due, and beats
that no worker took in time never pile up in a queue.
"""

from typing import Any, TypedDict

from celery.schedules import crontab


class Entry(TypedDict):
    """One line of CELERY_BEAT_SCHEDULE."""

    task: str
    schedule: float | crontab
    options: dict[str, Any]


def every(seconds: float, task: str) -> Entry:
    """Runs the task at this interval."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def daily(hour: int, minute: int, task: str) -> Entry:
    """Runs the task once a day, at this time in UTC. What must not be missed belongs into ``every``."""
    return {"task": task, "schedule": crontab(hour=str(hour), minute=str(minute)), "options": {"expires": 6 * 3600}}
