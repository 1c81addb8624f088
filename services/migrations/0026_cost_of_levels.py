from django.db import migrations


class Migration(migrations.Migration):
    """Tells the planner what ``services_levels`` costs: some 0.1 ms a row, in its units, so that it rather reads the
    index of levels than computes them for each page that has the words."""

    dependencies = [("services", "0025_meaning_by_lists")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION services_levels(sparsevec) COST 4000",
            "ALTER FUNCTION services_levels(sparsevec) COST 1000",
        )
    ]
