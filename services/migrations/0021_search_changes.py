from django.db import migrations, models

NOTE = """
CREATE FUNCTION services_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO services_searchchange (page_id, transaction, at)
        VALUES (coalesce(NEW.page_id, OLD.page_id), pg_current_xact_id()::text::bigint, clock_timestamp());
    RETURN NULL;
END
$$;

CREATE TRIGGER services_search_changes AFTER INSERT OR UPDATE OR DELETE ON services_searchentry
FOR EACH ROW WHEN (current_setting('marketplace.search_changes', true) = 'on')
EXECUTE FUNCTION services_note_change();
"""
FORGET = "DROP TRIGGER services_search_changes ON services_searchentry; DROP FUNCTION services_note_change();"


class Migration(migrations.Migration):
    """What engines outside PostgreSQL follow. Costs nothing where there is none: the trigger's condition is a setting of
    the connection."""

    dependencies = [("services", "0020_postings")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_id", models.UUIDField()),
                ("transaction", models.BigIntegerField(db_index=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
