"""Rows of one table in PostgreSQL's binary form, on their way into it by COPY.

For tables into which very many rows go that have much in common: making an object of each, and its columns into text
that PostgreSQL reads again, takes ten times as long. The forms are those of PostgreSQL's functions named ``…send`` and
``…recv`` (src/backend/utils/adt).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from struct import Struct
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import AutoField, Field, ForeignKey, Model

from marketplace.copying import copy_records

Encode = Callable[[Any], bytes]

NULL: Final = b"\xff\xff\xff\xff"
TRUE, FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
COUNT, LENGTH, JSONB = Struct(">h"), Struct(">i"), Struct(">ib")
INT2, INT4, INT8, FLOAT8 = Struct(">ih"), Struct(">ii"), Struct(">iq"), Struct(">id")
JSONB_VERSION: Final = 1


class Records:
    """Rows like ``sample``, an unsaved object, but for the columns that are named as ``varying``.

    Raises ValueError for a column that is none, or of a type that is not known here.
    """

    def __init__(self, sample: Model, varying: Sequence[str]) -> None:
        self._model = type(sample)
        encoders = _encoders(self._model)
        if unknown := set(varying).difference(encoders):
            raise ValueError(f"No columns: {', '.join(sorted(unknown))}")
        usual = {column: encode for column, encode in encoders.items() if column not in varying}
        self._columns = [*usual, *varying]
        common = [encode(getattr(sample, column)) for column, encode in usual.items()]
        self._common = b"".join([COUNT.pack(len(self._columns)), *common])
        self._varying = [encoders[column] for column in varying]
        self._records: list[bytes] = []

    def __len__(self) -> int:
        return len(self._records)

    def add(self, *values: Any) -> None:
        """One more row, with these values in the order of the varying columns."""
        own = [encode(value) for encode, value in zip(self._varying, values, strict=True)]
        self._records.append(b"".join([self._common, *own]))

    def copy(self) -> None:
        """Writes the rows within the caller's transaction. No signals, nothing of ``save()``."""
        if self._records:
            copy_records(self._model, self._columns, [b"".join(self._records)])


@cache
def _encoders(model: type[Model]) -> Mapping[str, Encode]:
    """By column; without the number that the database itself gives to a row."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return {field.attname: _encoder(field) for field in fields}


def _encoder(field: "Field[Any, Any]") -> Encode:
    kept = field.target_field if isinstance(field, ForeignKey) else field
    encode = ENCODERS.get(kept.get_internal_type())
    if encode is None:
        raise ValueError(f"{field} has a type whose binary form is not known")
    return _nullable(encode) if field.null else encode


def _nullable(encode: Encode) -> Encode:
    return lambda value: NULL if value is None else encode(value)


def _uuid(value: UUID) -> bytes:
    return b"\0\0\0\x10" + value.bytes


def _text(value: str) -> bytes:
    raw = value.encode()
    return LENGTH.pack(len(raw)) + raw


def _json(value: Any) -> bytes:
    raw = orjson.dumps(value, default=dict)
    return JSONB.pack(len(raw) + 1, JSONB_VERSION) + raw


def _moment(value: datetime) -> bytes:
    return INT8.pack(8, (value - EPOCH) // MICROSECOND)


ENCODERS: Final[Mapping[str, Encode]] = {
    "UUIDField": _uuid,
    "CharField": _text,
    "TextField": _text,
    "JSONField": _json,
    "DateTimeField": _moment,
    "BooleanField": lambda value: TRUE if value else FALSE,
    "PositiveSmallIntegerField": lambda value: INT2.pack(2, value),
    "IntegerField": lambda value: INT4.pack(4, value),
    "PositiveIntegerField": lambda value: INT4.pack(4, value),
    "BigIntegerField": lambda value: INT8.pack(8, value),
    "FloatField": lambda value: FLOAT8.pack(8, value),
}
"""By Django's name of the type."""
