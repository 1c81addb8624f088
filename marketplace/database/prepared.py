"""Statements that are asked often: PostgreSQL parses and plans them once a connection, not each time.

Worth it where planning takes about as long as executing. The parameters travel beside the statement, so it has to say
their types where they do not follow from where they stand (``%(limit)s::int``), and whatever is put together from parts
must come out in few ways: a connection keeps a hundred plans.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Parameters = Sequence[Any] | Mapping[str, Any]


def ask(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """All rows of a statement that returns some."""
    rows: list[tuple[Any, ...]] = _executed(statement, parameters).fetchall()
    return rows


def tell(statement: str, parameters: Parameters) -> int:
    """Executes a statement of which nothing is to be read; how many rows it touched."""
    return int(_executed(statement, parameters).rowcount)


def _executed(statement: str, parameters: Parameters) -> Any:
    cursor = connection.prepared_cursor()  # type: ignore[attr-defined]
    cursor.execute(statement, parameters)
    return cursor
