import django.db.models.deletion
from django.db import migrations, models

REWEIGH = """
CREATE FUNCTION services_reweighed(impacts sparsevec, length float8, mean float8) RETURNS sparsevec
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- What services_impacts gives for another mean length, without the words. An impact is tf / (tf + norm), and all tf
    -- together are the length: so the impacts tell the norm that they were made with, and each tf, a multiple of a half.
    WITH counted AS MATERIALIZED (
        SELECT split_part(pair, ':', 1) AS term, split_part(pair, ':', 2)::float8 AS impact
        FROM string_to_table(substring(impacts::text FROM '[{](.*)[}]'), ',') AS pair WHERE pair <> ''
    ), terms AS (
        SELECT term, round(2 * norm * impact / (1 - impact)) / 2 AS tf
        FROM counted, (SELECT $2 / nullif(sum(impact / (1 - impact)), 0) AS norm FROM counted) AS made_with
    )
    SELECT coalesce((
        '{' || string_agg(term || ':' || (tf / (tf + 1.2 * (0.25 + 0.75 * $2 / greatest($3, 1))))::float4, ',')
        || '}/536870912')::sparsevec, impacts)
    FROM terms
$$
"""


class Migration(migrations.Migration):
    """Words are kept without their positions, which nothing asks for: a third less of the index's rows. Rows of before
    are stripped by ``services.tasks.count_words``, some thousand at a time.

    Indexes that nothing uses go: of a page's services by the page alone, which the unique one begins with, and that of
    addresses by their beginnings.
    """

    atomic = False
    dependencies = [("services", "0021_search_changes")]

    operations = [
        migrations.AddField("SearchStatistics", "stripped_to", models.UUIDField(editable=False, null=True)),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS services_pageservice_page_id_4615c119",
                    "CREATE INDEX CONCURRENTLY services_pageservice_page_id_4615c119 ON services_pageservice (page_id)",
                )
            ],
            [
                migrations.AlterField(
                    "PageService",
                    "page",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="services.servicepage",
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS services_servicepage_slug_1146461c_like", migrations.RunSQL.noop
        ),
        migrations.RunSQL(REWEIGH, "DROP FUNCTION services_reweighed(sparsevec, float8, float8)"),
    ]
