"""The database engine: what is prepared, what is not, and how times come back."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from marketplace.database import prepared
from marketplace.database.base import PREPARED_AFTER
from tests import factories

pytestmark = pytest.mark.django_db
STATEMENT = "SELECT %(number)s::int + 1, %(name)s::text"


def known() -> list[str]:
    """The statements that PostgreSQL has plans of for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_a_statement_that_is_asked_often_is_planned_once() -> None:
    for number in range(PREPARED_AFTER + 2):
        assert prepared.ask(STATEMENT, {"number": number, "name": "x"}) == [(number + 1, "x")]
    assert known() == ["SELECT $1::int + 1, $2::text"]


def test_what_others_execute_is_not(clara: Member) -> None:
    for _each in range(PREPARED_AFTER + 2):
        Member.objects.get(pk=clara.pk)
        list(Member.objects.iterator())
    assert known() == []


def test_what_is_told_says_how_many_rows_it_touched(clara: Member, sam: Member) -> None:
    assert prepared.tell("UPDATE accounts_member SET city = %s", ["Graz"]) == Member.objects.count()
    assert prepared.tell("UPDATE accounts_member SET city = %s WHERE id = %s", ["Graz", uuid4()]) == 0
    clara.refresh_from_db()
    assert clara.city == "Graz"


def test_plans_outlive_a_failure() -> None:
    """PostgreSQL's, and psycopg's list of them, whatever was rolled back between."""
    for number in range(PREPARED_AFTER + 2):
        with pytest.raises(DatabaseError, match="out of range"), transaction.atomic():
            prepared.ask(STATEMENT, {"number": 2**40, "name": "x"})
        assert prepared.ask(STATEMENT, {"number": number, "name": "x"}) == [(number + 1, "x")]


def test_the_log_of_queries_has_them() -> None:
    with CaptureQueriesContext(connection) as queries:
        for number in range(PREPARED_AFTER + 2):
            prepared.ask(STATEMENT, {"number": number, "name": "x"})
    assert len(queries) == PREPARED_AFTER + 2
    assert all("int + 1" in each["sql"] for each in queries)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 3, 29, 2, 30, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)],
)
def test_times_come_back_in_utc(moment: datetime) -> None:
    member = factories.make_member(created_at=moment)
    stored = Member.objects.get(pk=member.pk).created_at
    assert (stored, stored.tzinfo) == (moment, UTC)
    [raw] = prepared.ask("SELECT created_at FROM accounts_member WHERE id = %s", [member.pk])
    assert (raw[0], raw[0].tzinfo) == (moment, UTC)


def test_a_connection_keeps_utc() -> None:
    other = connection.copy()
    other.settings_dict = connection.settings_dict | {"TIME_ZONE": "Europe/Vienna"}
    with pytest.raises(ImproperlyConfigured, match="UTC"):
        other.connect()


@pytest.mark.parametrize("number", [0, 1, 3])
def test_ids_arrive_as_they_are(number: int) -> None:
    ids = [uuid4() for _each in range(number)]
    for given in (ids, [*ids, None], [ids, ids[::-1]] if ids else []):
        assert prepared.ask("SELECT %s::uuid[]", [given]) == [(given,)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid[]", [given])
            assert cursor.fetchone() == (given,)


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_has_a_cursor_of_its_own() -> None:
    assert prepared.ask(STATEMENT, {"number": 1, "name": "x"}) == [(2, "x")]
    connection.close()
    assert prepared.ask(STATEMENT, {"number": 2, "name": "y"}) == [(3, "y")]
