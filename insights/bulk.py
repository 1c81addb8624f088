"""Writing a million rates at once, as quickly as PostgreSQL reads them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from insights.models import RateRow
from marketplace.copying import copy_records

COLUMNS: Final = ("start", "requests", "imported", "group_id")
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""From which PostgreSQL counts microseconds."""
TOTAL: Final = np.dtype(
    [
        *(("fields", ">i2"), ("start_bytes", ">i4"), ("start", ">i8"), ("requests_bytes", ">i4"), ("requests", ">i4")),
        *(("imported_bytes", ">i4"), ("imported", "u1"), ("group_bytes", ">i4")),
    ]
)
"""A row without a group, in PostgreSQL's binary form; ``OF_GROUP`` is one with it."""
OF_GROUP: Final = np.dtype([*TOTAL.descr, ("group", ">i2")])
NULL: Final = -1
INDEXES: Final = """
SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', %(table)s::text, conname),
    format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', %(table)s::text, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('u', 'p')
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = %(table)s::regclass AND NOT indisunique
"""
"""How to take a table's indexes away and to build them again."""


def insert_rates(
    model: type[RateRow], start: datetime, unit: timedelta, counts: NDArray[np.int64], groups: Sequence[int | None]
) -> None:
    """Imported rows of what is above zero; ``counts`` has a row for each ``unit`` of time from ``start`` on, and a
    column for each of the ``groups`` (None: the total of all). Within the caller's transaction."""
    with _without_indexes(model):
        copy_records(model, COLUMNS, (_records(start, unit, counts, groups, totals=totals) for totals in (False, True)))


def _records(
    start: datetime, unit: timedelta, counts: NDArray[np.int64], groups: Sequence[int | None], *, totals: bool
) -> bytes:
    """The rows of all groups, or those of the totals: the two differ in length."""
    places = [place for place, group in enumerate(groups) if (group is None) == totals]
    chosen = counts[:, places]
    times, columns = np.nonzero(chosen)
    rows = np.zeros(len(times), TOTAL if totals else OF_GROUP)
    rows["fields"], rows["start_bytes"], rows["requests_bytes"], rows["imported_bytes"] = len(COLUMNS), 8, 4, 1
    microsecond = timedelta(microseconds=1)
    rows["start"] = (start - EPOCH) // microsecond + times * (unit // microsecond)
    rows["requests"], rows["imported"] = chosen[times, columns], 1
    rows["group_bytes"] = NULL if totals else 2
    if not totals:
        rows["group"] = np.array([groups[place] for place in places], dtype=np.int16)[columns]
    return rows.tobytes()


@contextmanager
def _without_indexes(model: type[RateRow]) -> Iterator[None]:
    """Where the table is empty, its indexes are taken away and built once, at the end."""
    table = model._meta.db_table
    if model._default_manager.exists():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, {"table": table})
        found = cursor.fetchall()
        for drop, _build in found:
            cursor.execute(drop)
        yield
        for _drop, build in found:
            cursor.execute(build)
