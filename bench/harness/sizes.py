"""What a page takes on disk, by table and index."""

from typing import Final

from django.db import connection

from bench.harness.report import Section

LEAST: Final = 0.01
"""Share of all from which a relation has a row of its own."""

SIZES: Final = """
SELECT c.relname, CASE c.relkind WHEN 'i' THEN 'index' ELSE 'table' END,
    CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')
ORDER BY bytes DESC
"""


def sizes(section: Section, pages: int) -> None:
    """Adds a row for each table and index that matters, largest first, then the others' sum, and all of them."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        found = cursor.fetchall()
    total = sum(size for _name, _kind, size in found)
    large = [(name, kind, size) for name, kind, size in found if size >= LEAST * total]
    rest = total - sum(size for _name, _kind, size in large)
    for name, kind, size in [*large, ("others", "", rest), ("all", "", total)]:
        section.add(name, {"kind": kind, "bytes a page": size / max(pages, 1), "MB": size / 2**20})
