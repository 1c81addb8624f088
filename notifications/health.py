"""How deliveries are doing, in numbers for whoever watches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Min
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from marketplace.clock import utc_now
from notifications.models import AccountMail, Delivery, DeliveryState, Event

DAY = timedelta(days=1)
WAITING = (DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Health:
    """What waits although its time has come, since when, and what failed in the last 24 hours."""

    late: int
    oldest_wait: timedelta
    failed: int
    open_events: int


def measure(*, now: datetime) -> Health:
    """The present state, from partial indexes. ``oldest_wait`` counts from when a delivery was first to leave, however
    often it was put off since."""
    late, failed, oldest = 0, 0, now
    for rows in (Delivery.objects.all(), AccountMail.objects.all()):
        waiting = rows.filter(state__in=WAITING, wanted_at__lte=now)
        late += waiting.count()
        oldest = min(oldest, waiting.aggregate(since=Min("wanted_at"))["since"] or now)
        failed += rows.filter(state=DeliveryState.FAILED, created_at__gt=now - DAY).count()
    open_events = Event.objects.filter(fanned_out_at__isnull=True, sweep_at__lte=now).count()
    return Health(late=late, oldest_wait=now - oldest, failed=failed, open_events=open_events)


def unattended_for(*, now: datetime) -> timedelta:
    """How long the oldest has waited that nobody gets to: from when it was to leave, also while the mail server is away
    and nothing is tried. What was tried and refused for now is not to make all seem ill: it counts from when it is due
    again."""
    oldest = now
    for rows in (Delivery.objects.all(), AccountMail.objects.all()):
        untried = rows.filter(state__in=WAITING, wanted_at__lte=now, attempts=0)
        oldest = min(
            oldest,
            untried.aggregate(since=Min("wanted_at"))["since"] or now,
            rows.due(now).aggregate(since=Min("due_at"))["since"] or now,
        )
    return now - oldest


class DeliveryCollector(Collector):
    """Measures when Prometheus asks. Workers need not be asked: the database knows what they did."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing, so that registering does not ask the database."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; none while the database is away."""
        try:
            found = measure(now=utc_now())
        except DatabaseError:
            return
        gauges = {
            "deliveries_late": (found.late, "Deliveries that wait although their time has come."),
            "oldest_delivery_seconds": (found.oldest_wait.total_seconds(), "Age of the oldest of them."),
            "deliveries_failed_24h": (found.failed, "Deliveries of the last 24 hours that failed for good."),
            "events_open": (found.open_events, "Events whose fan-out is overdue."),
        }
        for name, (value, text) in gauges.items():
            yield GaugeMetricFamily(f"marketplace_{name}", text, value=value)


def register_collector() -> None:
    """Adds the gauges to this process's metrics."""
    REGISTRY.register(DeliveryCollector())
