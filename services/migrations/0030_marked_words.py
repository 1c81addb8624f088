from django.db import migrations

BATCH = 5000

READABLE = """
CREATE OR REPLACE FUNCTION services_readable(text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- PostgreSQL's parser takes "UI/UX" for a file and "-6" for a number; people who search for them do not. Chinese and
    -- Japanese are written without spaces: each character is a word. C, C++ and C# are three languages.
    SELECT CASE WHEN plain ~ '[\u3040-\u30ff\u3400-\u9fff]'
        THEN regexp_replace(plain, '([\u3040-\u30ff\u3400-\u9fff])', ' \\1 ', 'g') ELSE plain END
    FROM (
        SELECT regexp_replace(CASE WHEN text ~* '\\+\\+|#|\\.net' THEN
            regexp_replace(regexp_replace(regexp_replace(
                text,
                '([[:alnum:]])\\+\\+(?![[:alnum:]])', '\\1plusplus', 'g'),
                '([[:alnum:]])#(?![[:alnum:]])', '\\1sharp', 'g'),
                '\\.net(?![[:alnum:]])', ' dotnet', 'gi')
            ELSE text END, '[!-/:-@\\[-`{-~]', ' ', 'g') AS plain
    ) AS read
$$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION services_readable(text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- PostgreSQL's parser takes "UI/UX" for a file and "-6" for a number; people who search for them do not. Chinese and
    -- Japanese are written without spaces: each character is a word.
    SELECT CASE WHEN plain ~ '[\u3040-\u30ff\u3400-\u9fff]'
        THEN regexp_replace(plain, '([\u3040-\u30ff\u3400-\u9fff])', ' \\1 ', 'g') ELSE plain END
    FROM regexp_replace(text, '[!-/:-@\\[-`{-~]', ' ', 'g') AS plain
$$;
"""

READ_ANEW = """
WITH batch AS MATERIALIZED (
    SELECT page_id, written_in FROM services_searchentry WHERE %(last)s::uuid IS NULL OR page_id > %(last)s
    ORDER BY page_id LIMIT %(batch)s
), marked AS MATERIALIZED (
    SELECT p.id,
        services_lexemes(rules, p.title || ' ' || coalesce(s.names, ''), 'A')
            || services_lexemes(rules, array_to_string(p.skills, ' ') || ' ' || m.name, 'B')
            || services_lexemes(rules, coalesce(s.synonyms, '') || ' ' || p.city, 'C')
            || services_lexemes(rules, p.about, 'D') AS words
    FROM batch
    CROSS JOIN LATERAL (
        SELECT CASE written_in WHEN 'en' THEN 'marketplace' ELSE 'marketplace_' || written_in END AS rules
    ) AS chosen
    JOIN services_servicepage p ON p.id = batch.page_id
    JOIN accounts_member m ON m.id = p.member_id
    LEFT JOIN LATERAL (
        SELECT string_agg(s.name, ' ') AS names, string_agg(array_to_string(s.synonyms, ' '), ' ') AS synonyms
        FROM services_pageservice o JOIN services_service s ON s.id = o.service_id WHERE o.page_id = p.id
    ) s ON true
    WHERE p.title || ' ' || array_to_string(p.skills, ' ') || ' ' || p.about ~* '\\+\\+|#|\\.net'
), learnt AS (
    INSERT INTO services_searchword (word, pages)
    SELECT DISTINCT left(word, 64), 1 FROM marked, unnest(tsvector_to_array(words)) AS word ORDER BY 1
    ON CONFLICT (word) DO NOTHING
), written AS (
    UPDATE services_searchentry e SET terms = read.terms, counts = read.counts, length = read.length
    FROM marked CROSS JOIN LATERAL services_counted(marked.words) AS read WHERE e.page_id = marked.id
)
SELECT page_id FROM batch ORDER BY page_id DESC LIMIT 1
"""


def read_anew(apps, schema_editor):
    """Pages with such marks, some thousand rows at a time, each time in a transaction of its own."""
    last = None
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(READ_ANEW, {"last": last, "batch": BATCH})
            found = cursor.fetchone()
            if found is None:
                return
            (last,) = found


class Migration(migrations.Migration):
    """C++, C# and .NET are words of their own in the index, instead of C, C and net (``services.search.words``)."""

    atomic = False
    dependencies = [("services", "0029_counted_in")]

    operations = [
        migrations.RunSQL(READABLE, BEFORE),
        migrations.RunPython(read_anew, migrations.RunPython.noop),
    ]
