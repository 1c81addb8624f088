import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

CASCADE = django.db.models.deletion.CASCADE


def bare(model: str, field: str, index: str, key: "models.ForeignKey") -> migrations.SeparateDatabaseAndState:
    """Takes away the index of a foreign key alone, without holding anybody up."""
    table = f"notifications_{model.lower()}"
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY {index} ON {table} ({field}_id)",
            )
        ],
        [migrations.AlterField(model, field, key)],
    )


class Migration(migrations.Migration):
    """Indexes that cost every row and that nothing needs: of a foreign key where another one begins with it, and by
    creation where ids begin with the time.
    """

    atomic = False
    dependencies = [
        ("notifications", "0004_push"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            "Notification",
            models.Index(fields=["recipient", "-created_at", "-id"], name="notifications_of_member"),
        ),
        RemoveIndexConcurrently("Notification", "notifications_list"),
        RemoveIndexConcurrently("Delivery", "notifications_delivery_new"),
        RemoveIndexConcurrently("Event", "notifications_event_new"),
        bare(
            "Delivery",
            "notification",
            "notifications_delivery_notification_id_ea8dc048",
            models.ForeignKey(
                db_index=False,
                on_delete=CASCADE,
                related_name="deliveries",
                to="notifications.notification",
                verbose_name="notification",
            ),
        ),
        bare(
            "Notification",
            "event",
            "notifications_notification_event_id_28551f97",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="notifications", to="notifications.event"
            ),
        ),
        bare(
            "Notification",
            "recipient",
            "notifications_notification_recipient_id_d055f3f0",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL
            ),
        ),
        bare(
            "StreamEntry",
            "member",
            "notifications_streamentry_member_id_24d5dbf5",
            models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
    ]
