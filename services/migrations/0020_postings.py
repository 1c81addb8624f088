import django.contrib.postgres.fields
from django.db import migrations, models
from pgvector.django import BitField, HalfVectorField

COLUMNS = (
    "latitude, longitude, rate_eur, quality, available_from, radius_km, remote, on_site, taking_work, pricing, languages"
)
OF_ENTRY = ", ".join(f"e.{column}" for column in COLUMNS.split(", "))
OF_NEW = OF_ENTRY.replace("e.", "NEW.")

FUNCTIONS = f"""
CREATE FUNCTION services_placed(service int, embedding halfvec)
RETURNS TABLE (cell int, sketch bit(256), reach float8) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    -- Where a vector belongs in a service's list: the nearest centroid, the signs of the difference d from it, and
    -- |d|^2 / |d|_1, by which the signs estimate its product with another vector (Gao and Long, RaBitQ, 2024).
    SELECT c.id::int, binary_quantize($2 - c.centroid)::bit(256),
        (l2_distance($2, c.centroid) ^ 2 / greatest(l1_distance($2, c.centroid), 1e-9))::float8
    FROM services_servicecell c WHERE c.service_id = $1 AND c.is_open ORDER BY c.centroid <-> $2 LIMIT 1
$$;

CREATE FUNCTION services_list_entry() RETURNS trigger LANGUAGE plpgsql AS $$
-- Keeps the page's rows in the lists of its services as its search entry is. Where it stands in them stays as it is.
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM services_serviceposting WHERE page_id = OLD.page_id
            AND service_id = ANY (OLD.service_ids) AND service_id <> ALL (NEW.service_ids);
    END IF;
    INSERT INTO services_serviceposting (service_id, page_id, {COLUMNS}, cell, sketch, reach)
    SELECT service, NEW.page_id, {OF_NEW}, coalesce(placed.cell, 0), placed.sketch, placed.reach
    FROM unnest(NEW.service_ids) AS service
    LEFT JOIN services_pagevector v ON v.page_id = NEW.page_id
    LEFT JOIN LATERAL services_placed(service, v.embedding) AS placed ON true
    ON CONFLICT (service_id, page_id) DO UPDATE SET ({COLUMNS}) = ROW ({OF_ENTRY.replace("e.", "EXCLUDED.")});
    RETURN NULL;
END $$;

CREATE FUNCTION services_unlist_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM services_serviceposting p USING gone
    WHERE p.page_id = gone.page_id AND p.service_id = ANY (gone.service_ids);
    RETURN NULL;
END $$;

CREATE FUNCTION services_list_vector() RETURNS trigger LANGUAGE plpgsql AS $$
-- Places the page anew in its lists. Its entry is locked first, so that whoever changes it is waited for.
DECLARE services int[];
BEGIN
    SELECT service_ids INTO services FROM services_searchentry WHERE page_id = NEW.page_id FOR NO KEY UPDATE;
    UPDATE services_serviceposting p
    SET cell = coalesce(placed.cell, 0), sketch = placed.sketch, reach = placed.reach
    FROM unnest(services) AS service LEFT JOIN LATERAL services_placed(service, NEW.embedding) AS placed ON true
    WHERE p.service_id = service AND p.page_id = NEW.page_id;
    RETURN NULL;
END $$;

CREATE TRIGGER services_list_entry AFTER INSERT OR UPDATE OF service_ids, {COLUMNS} ON services_searchentry
    FOR EACH ROW EXECUTE FUNCTION services_list_entry();
CREATE TRIGGER services_unlist_entries AFTER DELETE ON services_searchentry REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION services_unlist_entries();
CREATE TRIGGER services_list_vector AFTER INSERT OR UPDATE OF embedding ON services_pagevector
    FOR EACH ROW EXECUTE FUNCTION services_list_vector();
"""

BEFORE = """
DROP TRIGGER services_list_vector ON services_pagevector;
DROP TRIGGER services_unlist_entries ON services_searchentry;
DROP TRIGGER services_list_entry ON services_searchentry;
DROP FUNCTION services_list_vector();
DROP FUNCTION services_unlist_entries();
DROP FUNCTION services_list_entry();
DROP FUNCTION services_placed(int, halfvec);
"""

FILL = f"""
WITH batch AS MATERIALIZED (
    SELECT * FROM services_searchentry WHERE %(last)s::uuid IS NULL OR page_id > %(last)s ORDER BY page_id LIMIT 5000
), filled AS (
    INSERT INTO services_serviceposting (service_id, page_id, {COLUMNS})
    SELECT service, e.page_id, {OF_ENTRY} FROM batch e, unnest(e.service_ids) AS service ON CONFLICT DO NOTHING
)
SELECT max(page_id::text) FROM batch
"""


def fill(apps, schema_editor):
    """Lists the pages that are there, some thousand at a time. Those that change meanwhile list themselves."""
    last = None
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(FILL, {"last": last})
            last = cursor.fetchone()[0]
            if last is None:
                return


class Migration(migrations.Migration):
    """For each service a list of its pages with what matching asks for, kept by triggers on what it is made from.

    ``services.tasks.divide_lists`` divides long lists into cells afterwards; until then they are compared whole.
    """

    atomic = False
    dependencies = [("services", "0019_own_caps")]

    operations = [
        migrations.AddField(
            "SearchStatistics",
            "divided_pages",
            models.PositiveBigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            "SearchStatistics",
            "divided_by",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=40),
        ),
        migrations.CreateModel(
            name="ServiceCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("service_id", models.IntegerField()),
                ("centroid", HalfVectorField(dimensions=256)),
                ("is_open", models.BooleanField(db_default=True, default=True)),
            ],
            options={"indexes": [models.Index(fields=["service_id"], name="services_cell_service")]},
        ),
        migrations.CreateModel(
            name="ServicePosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "service_id", "page_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("service_id", models.IntegerField()),
                ("cell", models.IntegerField(db_default=0, default=0)),
                ("page_id", models.UUIDField()),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("rate_eur", models.FloatField(null=True)),
                ("quality", models.FloatField()),
                ("reach", models.FloatField(null=True)),
                ("available_from", models.DateField(null=True)),
                ("radius_km", models.PositiveSmallIntegerField(null=True)),
                ("remote", models.BooleanField()),
                ("on_site", models.BooleanField()),
                ("taking_work", models.BooleanField()),
                ("pricing", models.CharField(max_length=8)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None),
                ),
                ("sketch", BitField(length=256, null=True)),
            ],
            options={"indexes": [models.Index(fields=["service_id", "cell"], name="services_posting_cell")]},
        ),
        migrations.RunSQL(
            "ALTER TABLE services_serviceposting SET (fillfactor = 95)",  # room for a change beside the row
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(FUNCTIONS, BEFORE),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
