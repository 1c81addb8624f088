import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


def bare(model: str, field: str, index: str, key: "models.ForeignKey") -> migrations.SeparateDatabaseAndState:
    """Takes away the index of a foreign key alone, without holding anybody up."""
    table = f"requests_{model.lower()}"
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
    """Indexes of foreign keys that cost every row and that nothing needs, because another one begins with the same."""

    atomic = False
    dependencies = [
        ("requests", "0016_back_on_board"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        bare(
            "Match",
            "request",
            "requests_match_request_id_aeb12eae",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="matches", to="requests.servicerequest"
            ),
        ),
        bare(
            "Match",
            "page",
            "requests_match_page_id_d85c0d4a",
            models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="matches", to="services.servicepage"),
        ),
        bare(
            "Wave",
            "request",
            "requests_wave_request_id_fd83fe44",
            models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="waves", to="requests.servicerequest"),
        ),
        bare(
            "Publication",
            "service",
            "requests_publication_service_id_99f19e14",
            models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="services.service"),
        ),
        bare(
            "ServiceRequest",
            "client",
            "requests_servicerequest_client_id_4865db7b",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="service_requests", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
