"""The one place that reads the clock for the domain. Actions and sweeps take ``now``; adapters pass this."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
