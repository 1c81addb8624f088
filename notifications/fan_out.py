"""From one event to its notifications and deliveries."""

from datetime import datetime

from django.db import transaction

from notifications.models import Channel, Delivery, DeliveryState, Event, Notification, Timing
from notifications.topics import topics_for


def fan_out(event: Event, *, now: datetime) -> int:
    """Writes the event's notifications with their deliveries and marks it done; the number of members told.

    Safe to run twice and from two workers: the event's row is locked, and a done event is left alone. May be called
    inside a transaction, which then carries the notifications.
    """
    with transaction.atomic():
        if not Event.objects.select_for_update().filter(pk=event.pk, fanned_out_at__isnull=True).exists():
            return 0
        told = 0
        for topic in topics_for(event.kind):
            notifications = Notification.objects.bulk_create(
                Notification(
                    event=event, recipient_id=each.member_id, topic=topic.key, data=dict(each.data), created_at=now
                )
                for each in topic.recipients(event)
            )
            Delivery.objects.bulk_create(
                Delivery(
                    notification=notification,
                    channel=channel,
                    state=DeliveryState.SENT if channel == Channel.IN_APP else DeliveryState.WAITING,
                    created_at=now,
                    wanted_at=now,
                    due_at=now,
                    sent_at=now if channel == Channel.IN_APP else None,
                )
                for notification in notifications
                for channel, timing in topic.defaults.items()
                if timing != Timing.OFF
            )
            told += len(notifications)
        Event.objects.filter(pk=event.pk).update(fanned_out_at=now)
        event.fanned_out_at = now
        return told
