"""Identifiers and chance that depend on nothing but the seed."""

from datetime import datetime
from hashlib import blake2b
from random import Random
from uuid import UUID


def seeded(seed: int, kind: str, number: int) -> Random:
    """The chance that makes one thing: the same for the same arguments, whatever else was made before."""
    digest = blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=16).digest()
    return Random(int.from_bytes(digest))  # noqa: S311  not for secrets


def id_at(moment: datetime, rng: Random) -> UUID:
    """A UUID version 7 of that moment."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    return UUID(int=value)
