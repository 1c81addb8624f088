from django.db import migrations, models

ALWAYS = """
CREATE OR REPLACE TRIGGER services_search_changes AFTER INSERT OR UPDATE OR DELETE ON services_searchentry
FOR EACH ROW EXECUTE FUNCTION services_note_change();
"""
WHERE_SET = """
CREATE OR REPLACE TRIGGER services_search_changes AFTER INSERT OR UPDATE OR DELETE ON services_searchentry
FOR EACH ROW WHEN (current_setting('marketplace.search_changes', true) = 'on')
EXECUTE FUNCTION services_note_change();
"""


class Migration(migrations.Migration):
    """The engine by columns is the usual one: changes are noted whoever makes them, also by processes that were started
    with other settings."""

    dependencies = [("services", "0026_cost_of_levels")]

    operations = [
        migrations.AddField(
            model_name="searchstatistics",
            name="columns",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=32),
        ),
        migrations.RunSQL(ALWAYS, WHERE_SET),
    ]
