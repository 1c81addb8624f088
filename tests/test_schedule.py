"""Celery beat's schedule, which it keeps nowhere between its starts."""

from marketplace.celery import app
from marketplace.schedule import SCHEDULE


def test_a_beat_that_lives_an_hour_comes_to_everything() -> None:
    app.loader.import_default_modules()
    for name, entry in SCHEDULE.items():
        assert entry["schedule"] <= 3600, name
        assert entry["task"] in app.tasks, name
