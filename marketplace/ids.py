"""Identifiers."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID version 7: unique, opaque to outsiders, and ascending in time, which keeps B-trees compact."""
    return uuid7()
