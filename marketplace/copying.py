"""Inserting rows as they are: many at once with PostgreSQL's COPY, which takes a fifth of the time of INSERT
statements, few by a statement that is planned once a connection."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, FileField, JSONField, Model
from psycopg import sql
from psycopg.types.json import Jsonb

from marketplace.database import prepared

Read = Callable[[Model], Any]
FEW = 4
"""Rows that are inserted by INSERT: a COPY goes to and fro twice."""
BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BINARY_TRAILER = b"\xff\xff"


def insert_rows(rows: Sequence[Model]) -> None:
    """Inserts unsaved objects of one model by what takes least for so many; as ``copy_rows``. They are saved then."""
    if len(rows) > FEW:
        copy_rows(rows)
    elif rows:
        values = [value for row in rows for value in values_of(row).values()]
        prepared.tell(_insertion(type(rows[0]), len(rows)), values)
    for row in rows:
        note_saved(row)


def values_of(row: Model) -> dict[str, Any]:
    """What an unsaved object puts into the columns of its table."""
    return {name: read(row) for name, read in _columns(type(row))}


def note_saved(row: Model) -> None:
    """Lets Django know that the object is in the database."""
    row._state.adding, row._state.db = False, connection.alias


def copy_rows(rows: Sequence[Model]) -> None:
    """Inserts unsaved objects of one model, within the caller's transaction.

    No signals, and nothing of ``save()``; numbers that the database gives out are not read back.
    """
    if not rows:
        return
    model = type(rows[0])
    columns = _columns(model)
    copy_values(model, [name for name, _read in columns], ([read(row) for _name, read in columns] for row in rows))


def copy_like(sample: Model, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows that are like an unsaved object but for the columns that they name, as plain values: a third of the
    time of making an object of each. Raises ValueError for a column that is none."""
    if not rows:
        return
    usual = values_of(sample)
    if unknown := set().union(*rows).difference(usual):
        raise ValueError(f"No columns: {', '.join(sorted(unknown))}")
    copy_values(type(sample), list(usual), (tuple({**usual, **row}.values()) for row in rows))


def copy_values(
    model: type[Model], columns: Sequence[str], values: Iterable[Sequence[Any]], *, binary: bool = False
) -> None:
    """Inserts rows of plain values in the order of ``columns``.

    Where ``binary``, each value must have exactly the column's type; bytes are taken for its binary form.
    """
    with connection.cursor() as cursor, cursor.copy(_statement(model, columns, binary=binary)) as copy:
        for row in values:
            copy.write_row(row)


def copy_records(model: type[Model], columns: Sequence[str], records: Iterable[bytes]) -> None:
    """Inserts rows that are in PostgreSQL's binary form already: for each its number of values (two bytes), then for
    each value its length (four bytes, -1 for null) and itself, all of it big-endian. Any number of rows a piece.

    See "Binary Format" in https://www.postgresql.org/docs/current/sql-copy.html.
    """
    with connection.cursor() as cursor, cursor.copy(_statement(model, columns, binary=True)) as copy:
        copy.write(BINARY_HEADER)
        for piece in records:
            copy.write(piece)
        copy.write(BINARY_TRAILER)


def _statement(model: type[Model], columns: Sequence[str], *, binary: bool) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL("(FORMAT binary)" if binary else ""),
    )


@cache
def _insertion(model: type[Model], number: int) -> str:
    names = [f'"{name}"' for name, _read in _columns(model)]
    row = f"({', '.join(['%s'] * len(names))})"
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) VALUES {", ".join([row] * number)}'  # noqa: S608


@cache
def _columns(model: type[Model]) -> list[tuple[str, Read]]:
    """Columns and how to read them; without the number that the database itself gives to a row."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return [(str(field.column), _reader(field)) for field in fields]


def _reader(field: "Field[Any, Any]") -> Read:
    name = field.attname
    if isinstance(field, JSONField):
        return lambda row: Jsonb(getattr(row, name))
    if isinstance(field, FileField):
        return lambda row: str(getattr(row, name) or "")
    if field.choices:
        return lambda row: _plain(getattr(row, name))
    return lambda row: getattr(row, name)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
