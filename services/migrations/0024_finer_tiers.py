from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

FINER = """
CREATE FUNCTION services_level_key(term int, level int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- 25 bits of the term, six of the level: two terms that share them only make some more pages be looked at.
    SELECT (term & 33554431) * 64 + level
$$;

CREATE FUNCTION services_levels(impacts sparsevec) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    -- For each word of a page its term and what it counts there, x, as the whole part of -12 log2(1 - x), at most 63:
    -- steps that become finer towards 1, where many pages are. The text is {term:impact,...}/dimensions.
    -- services_level_key is written out: while an index is built, only PostgreSQL's own functions are found.
    SELECT coalesce(array_agg(
        (split_part(pair, ':', 1)::int & 33554431) * 64
        + least(63, floor(-12 / ln(2::float8) * ln(greatest(1 - split_part(pair, ':', 2)::float8, 1e-6))))::int
    ), '{}')
    FROM string_to_table(substring(impacts::text FROM '[{](.*)[}]'), ',') AS pair WHERE pair <> ''
$$;

CREATE FUNCTION services_level_keys(lexemes text[], lowest int[]) RETURNS int[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- The keys of each word from its lowest level up.
    SELECT coalesce(array_agg(services_level_key(services_term(lexeme), level)), '{}')
    FROM unnest(lexemes, lowest) AS asked (lexeme, least), generate_series(least, 63) AS level
$$;
"""

BEFORE = """
DROP FUNCTION services_level_keys(text[], int[]);
DROP FUNCTION services_levels(sparsevec);
DROP FUNCTION services_level_key(int, int);
"""


class Migration(migrations.Migration):
    """64 levels of what a word counts instead of 32, finer at the top: the highest of a frequent word held a tenth of its
    pages, which all had to be scored. How many pages have which level is counted anew within a quarter of an hour.

    The new index is built beside other people's writing; the old one goes when it is there.
    """

    atomic = False
    dependencies = [("services", "0023_posting_places")]

    operations = [
        migrations.RunSQL(FINER, BEFORE),
        AddIndexConcurrently(
            "SearchEntry",
            GinIndex(models.Func("impacts", function="services_levels"), name="services_search_levels", fastupdate=False),
        ),
        migrations.RunSQL("UPDATE services_searchword SET tiers = '{}' WHERE tiers <> '{}'", migrations.RunSQL.noop),
        RemoveIndexConcurrently("SearchEntry", "services_search_tiers"),
    ]
