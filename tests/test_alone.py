"""What one process at a time does."""

import pytest
from django.db import connection

from marketplace.alone import alone
from tests.races import in_a_process_that_is_killed, is_held

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = 99


def looked_after() -> str:
    """How often PostgreSQL looks whether its client is there."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW client_connection_check_interval")
        return str(cursor.fetchone()[0])


def test_one_is_alone_and_another_is_not() -> None:
    before = looked_after()
    with alone(LOCK) as is_alone:
        assert is_alone
        assert is_held(LOCK)
        with alone(LOCK + 1) as is_alone:
            assert is_alone
        assert looked_after() != before, "The inner one leaves the outer one as it was."
    assert not is_held(LOCK)
    assert looked_after() == before


def wait_for_long() -> None:
    """What takes PostgreSQL long, alone."""
    with alone(LOCK), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(300)")


def test_whoever_is_killed_holds_nothing_up() -> None:
    in_a_process_that_is_killed(wait_for_long, when=lambda: is_held(LOCK), lock=LOCK)
    with alone(LOCK) as is_alone:
        assert is_alone
