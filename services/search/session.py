"""How PostgreSQL walks the HNSW index, set once for each connection."""

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

SETTINGS: Final = (
    # Wide enough for the pages that one search asks for; then on, in order, where the filters took some away.
    "SET hnsw.ef_search = 150; SET hnsw.iterative_scan = strict_order; SET hnsw.max_scan_tuples = 3000"
)


def set_up(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Django's ``connection_created``. The settings may come before the extension: PostgreSQL keeps them for it."""
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
