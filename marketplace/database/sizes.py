"""What tables and indexes take on disk."""

from typing import Final, NamedTuple

from django.db import connection

LEAST: Final = 0.01
"""Share of all from which a relation is named."""

SIZES: Final = """
SELECT c.relname, CASE c.relkind WHEN 'i' THEN 'index' ELSE 'table' END,
    CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')
ORDER BY bytes DESC, c.relname
"""


class Size(NamedTuple):
    """A relation, whether it is a table or an index, and its size in bytes; a table's with what is stored apart."""

    name: str
    kind: str
    size: int


def sizes() -> list[Size]:
    """The tables and indexes that matter, largest first, then the sum of the ``others``, and of ``all``. One query."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        found = [Size(*row) for row in cursor.fetchall()]
    total = sum(each.size for each in found)
    large = [each for each in found if each.size >= LEAST * total]
    rest = total - sum(each.size for each in large)
    return [*large, Size("others", "", rest), Size("all", "", total)]
