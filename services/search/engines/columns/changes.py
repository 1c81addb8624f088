"""What changed in the index's table since a moment, told by PostgreSQL's snapshots.

Changes are written by a trigger in the transaction that makes them (``services_searchchange``) and carry its number. A
transaction that is under way may commit later than ones with higher numbers, so a moment is a snapshot: it says which
transactions were over by then. Of the transaction that took it a snapshot does not tell; what that changes before and
after counts as changed since.
"""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

KEPT: Final = timedelta(hours=3)
"""How long changes are kept at least: longer than the first files take, of which nobody knows before they are there."""

NOW: Final = "pg_current_snapshot()::text, coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0)"
SINCE: Final = """
    c.transaction >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)::text::bigint
    AND (NOT pg_visible_in_snapshot(c.transaction::text::xid8, %(snapshot)s::pg_snapshot) OR c.transaction = %(own)s)
"""
CHANGED: Final = f"""
SELECT now.*, c.page_id, c.is_own FROM (
    SELECT {NOW}, (SELECT columns FROM services_searchstatistics WHERE id = 1)
) AS now LEFT JOIN LATERAL (
    SELECT page_id, coalesce(transaction = pg_current_xact_id_if_assigned()::text::bigint, false) AS is_own
    FROM services_searchchange c
    WHERE {SINCE} OR c.transaction = pg_current_xact_id_if_assigned()::text::bigint
    LIMIT %(most)s
) AS c ON true
"""  # noqa: S608  our own words
DATABASE: Final = """
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid::text
FROM pg_database WHERE datname = current_database()
"""
FORGET: Final = """
WITH old AS (
    SELECT id FROM services_searchchange c WHERE id > %(after)s AND at < %(before)s AND NOT ({later})
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM services_searchchange c USING old WHERE c.id = old.id
)
SELECT max(id) FROM old
"""
FORGOTTEN: Final = 50_000
"""Changes that one statement deletes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A snapshot, and the number of the transaction that took it, 0 where it had none."""

    snapshot: str = "1:1:"
    own: int = 0

    @classmethod
    def now(cls) -> "Moment":
        """One query."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {NOW}")
            return cls(*cursor.fetchone())

    def dump(self) -> list[Any]:
        """As JSON can carry it."""
        return list(astuple(self))


def database() -> str:
    """Which database of which cluster this is: elsewhere, and in one that was restored, transactions have other
    numbers. One query."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        return str(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed until the moment ``now``, ``number`` times in all: pages, each with whether the caller's own
    transaction changed it, which may yet be rolled back. ``generation``: the name of the files in use then."""

    now: Moment
    generation: str
    number: int
    pages: dict[UUID, bool]


def changes(since: Moment, *, most: int) -> Changes:
    """What changed since the moment, at most so many changes. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"snapshot": since.snapshot, "own": since.own, "most": most})
        rows = cursor.fetchall()
    snapshot, own, generation, *_change = rows[0]
    changed = [(page_id, is_own) for *_now, page_id, is_own in rows if page_id is not None]
    pages = dict(changed) | {page_id: True for page_id, is_own in changed if is_own}
    return Changes(Moment(snapshot, own), generation or "", len(changed), pages)


def forget_changes(*, now: datetime, since: Moment | None) -> None:
    """Deletes old changes that nobody will ask for any more: those from before the moment of the files, if there are
    any. May be interrupted at any point."""
    parameters: dict[str, Any] = {"before": now - KEPT, "most": FORGOTTEN}
    if since:
        parameters |= {"snapshot": since.snapshot, "own": since.own}
    statement = FORGET.format(later=SINCE if since else "false")
    after: int | None = 0
    while after is not None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters | {"after": after})
            [after] = cursor.fetchone()
