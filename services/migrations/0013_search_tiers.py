import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION services_tier(term int, level int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- 26 bits of the term, five of the level: two terms that share them only make some more pages be looked at.
    SELECT (term & 67108863) * 32 + level
$$;

CREATE FUNCTION services_tiers(impacts sparsevec) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    -- For each word of a page its term and, in 32 steps, what it counts. The text is {term:impact,...}/dimensions.
    -- services_tier is written out: while an index is built, only PostgreSQL's own functions are found.
    SELECT coalesce(array_agg(
        (split_part(pair, ':', 1)::int & 67108863) * 32 + least(31, floor(split_part(pair, ':', 2)::float8 * 32))::int
    ), '{}')
    FROM string_to_table(substring(impacts::text FROM '[{](.*)[}]'), ',') AS pair WHERE pair <> ''
$$;

CREATE FUNCTION services_tier_keys(lexemes text[], lowest int[]) RETURNS int[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- The tiers of each word from its lowest level up.
    SELECT coalesce(array_agg(services_tier(services_term(lexeme), level)), '{}')
    FROM unnest(lexemes, lowest) AS asked (lexeme, least), generate_series(least, 31) AS level
$$;
"""


class Migration(migrations.Migration):
    """Words by what they count in a page, so that a search for a frequent one begins where it counts most.

    The index is built beside other people's writing.
    """

    atomic = False
    dependencies = [("services", "0012_saved_searches")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            """
            DROP FUNCTION services_tier_keys(text[], int[]);
            DROP FUNCTION services_tiers(sparsevec);
            DROP FUNCTION services_tier(int, int);
            """,
        ),
        migrations.AddField(
            "SearchWord",
            "tiers",
            django.contrib.postgres.fields.ArrayField(models.PositiveIntegerField(), default=list, db_default=[], size=None),
        ),
        AddIndexConcurrently(
            "SearchEntry",
            django.contrib.postgres.indexes.GinIndex(
                models.Func("impacts", function="services_tiers"), name="services_search_tiers", fastupdate=False
            ),
        ),
    ]
