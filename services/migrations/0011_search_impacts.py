import django.contrib.postgres.fields
from django.db import migrations, models
from pgvector.django import SparseVectorField

LANGUAGES = {
    "da": "danish", "nl": "dutch", "fi": "finnish", "fr": "french", "de": "german", "hu": "hungarian", "it": "italian",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "es": "spanish", "sv": "swedish",
    "tr": "turkish",
}

CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION marketplace_{code} (COPY = {name});
ALTER TEXT SEARCH CONFIGURATION marketplace_{code}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {name}_stem;
"""

FUNCTIONS = """
CREATE FUNCTION services_readable(text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- PostgreSQL's parser takes "UI/UX" for a file and "-6" for a number; people who search for them do not. Chinese and
    -- Japanese are written without spaces: each character is a word.
    SELECT CASE WHEN plain ~ '[\u3040-\u30ff\u3400-\u9fff]'
        THEN regexp_replace(plain, '([\u3040-\u30ff\u3400-\u9fff])', ' \\1 ', 'g') ELSE plain END
    FROM translate(text, '!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 32)) AS plain
$$;

CREATE FUNCTION services_lexemes(rules text, text text, weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector(rules::regconfig, services_readable(text)), weight)
$$;

CREATE FUNCTION services_term(lexeme text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- The place of a word in the sparse vectors, which have 2^29 of them: two of a million words rarely share one.
    SELECT (hashtextextended(lexeme, 0) & 536870911)::int + 1
$$;

CREATE FUNCTION services_weight(weight text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- What one occurrence of a word counts: in the title (A) as much as three in the text (D).
    SELECT CASE weight WHEN 'A' THEN 3.0 WHEN 'B' THEN 2.0 WHEN 'C' THEN 1.5 ELSE 1.0 END::float8
$$;

CREATE FUNCTION services_length(words tsvector) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(services_weight(weight)), 0)
    FROM unnest(words) AS word, unnest(word.weights) AS weight
$$;

CREATE FUNCTION services_impacts(words tsvector, length float8, mean float8) RETURNS sparsevec
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- BM25 without its inverse document frequency, which belongs to the query (Robertson and Zaragoza 2009, section 3.4;
    -- k1 = 1.2, b = 0.75): each below 1.
    SELECT ('{' || coalesce(string_agg(term || ':' || (tf / (tf + norm))::float4, ','), '') || '}/536870912')
        ::sparsevec
    FROM (
        SELECT services_term(word.lexeme) AS term, sum(services_weight(weight)) AS tf,
            1.2 * (0.25 + 0.75 * $2 / greatest($3, 1)) AS norm
        FROM unnest(words) AS word, unnest(word.weights) AS weight GROUP BY 1
    ) AS terms
$$;

CREATE FUNCTION services_question(lexemes text[], weights float8[]) RETURNS sparsevec
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('{' || coalesce(string_agg(term || ':' || weight, ','), '') || '}/536870912')::sparsevec
    FROM (SELECT services_term(lexeme) AS term, max(weight) AS weight FROM unnest(lexemes, weights) AS t (lexeme, weight)
          GROUP BY 1) AS terms
$$;
"""


class Migration(migrations.Migration):
    """BM25 in the index: for every page a sparse vector of what each of its words counts, and what that rests on.

    Rows of before have none until ``services.tasks.count_words`` has weighed them, within a quarter of an hour.
    """

    dependencies = [("services", "0010_counters")]

    operations = [
        *(
            migrations.RunSQL(
                CONFIGURE.format(code=code, name=name), f"DROP TEXT SEARCH CONFIGURATION marketplace_{code}"
            )
            for code, name in LANGUAGES.items()
        ),
        migrations.RunSQL(
            FUNCTIONS,
            """
            DROP FUNCTION services_question(text[], float8[]);
            DROP FUNCTION services_impacts(tsvector, float8, float8);
            DROP FUNCTION services_length(tsvector);
            DROP FUNCTION services_weight(text);
            DROP FUNCTION services_term(text);
            DROP FUNCTION services_lexemes(text, text, "char");
            DROP FUNCTION services_readable(text);
            """,
        ),
        migrations.AddField("SearchEntry", "written_in", models.CharField(max_length=2, default="en", db_default="en")),
        migrations.AddField("SearchEntry", "length", models.FloatField(default=0, db_default=0)),
        migrations.AddField("SearchEntry", "impacts", SparseVectorField(dimensions=536870912, null=True)),
        # Scoring reads the impacts of many rows and none of their words: those, the longest column, move out of the way.
        migrations.RunSQL(
            "ALTER TABLE services_searchentry ALTER COLUMN words SET STORAGE EXTERNAL",
            "ALTER TABLE services_searchentry ALTER COLUMN words SET STORAGE EXTENDED",
        ),
        migrations.CreateModel(
            name="SearchStatistics",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("pages", models.PositiveBigIntegerField(default=0)),
                ("mean_length", models.FloatField(default=0)),
                ("languages", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=2), default=list)),
            ],
            options={"verbose_name_plural": "search statistics"},
        ),
        migrations.RunSQL("INSERT INTO services_searchstatistics (id, pages, mean_length, languages) VALUES (1, 0, 0, '{}')", ""),
    ]
