"""Rows in PostgreSQL's binary form: what is read back is what was written, for every type that is known."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from marketplace.ids import new_id
from marketplace.records import Records
from notifications.models import Channel, Delivery, DeliveryState, Event, Notification, StreamEntry
from requests.models import Wave
from services.models import ServicePage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 2, 50, 17, 123457, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))


def fields_of(row: Any) -> dict[str, Any]:
    """All columns of a saved row, as the database has them."""
    row.refresh_from_db()
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    data=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    ),
    moment=MOMENTS,
    attempts=st.integers(0, 2**15 - 1),
)
def test_what_is_read_back_is_what_was_written(text: str, data: Any, moment: datetime, attempts: int) -> None:
    sample = Event(kind="note", subject_type="member", created_at=moment, sweep_at=moment, fan_out_error=text)
    rows = Records(sample, ("id", "subject_id", "data", "fanned_out_at", "fan_out_attempts"))
    first, second = new_id(), new_id()
    rows.add(first, "é", data, None, attempts)
    rows.add(second, "", {"text": text}, moment, 0)
    assert len(rows) == 2
    rows.copy()
    common = {"kind": "note", "subject_type": "member", "created_at": moment, "sweep_at": moment, "actor_id": None}
    common["fan_out_error"] = text
    one = {"id": first, "subject_id": "é", "data": data, "fanned_out_at": None, "fan_out_attempts": attempts}
    other = {"id": second, "subject_id": "", "data": {"text": text}, "fanned_out_at": moment, "fan_out_attempts": 0}
    assert fields_of(Event(pk=first)) == common | one
    assert fields_of(Event(pk=second)) == common | other


def test_a_row_is_the_same_as_one_that_was_saved(clara: Member) -> None:
    event = Event.objects.create(kind="note", subject_type="member", subject_id="1", created_at=NOW)
    saved = Notification(event=event, recipient=clara, topic="news", data={"a": 1}, in_app=False, created_at=NOW)
    saved.save()
    expected = model_to_dict(saved) | {"id": saved.pk}
    saved.delete()
    rows = Records(Notification(topic="news", in_app=False, created_at=NOW), ("id", "event_id", "recipient_id", "data"))
    rows.add(expected["id"], event.pk, clara.pk, {"a": 1})
    rows.copy()
    copied = Notification.objects.get()
    assert model_to_dict(copied) | {"id": copied.pk} == expected
    deliveries = Records(Delivery(created_at=NOW), ("id", "notification_id", "channel", "due_at"))
    deliveries.add(new_id(), copied.pk, Channel.EMAIL, NOW + timedelta(days=1))
    deliveries.copy()
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.state, delivery.due_at) == ("email", DeliveryState.WAITING, NOW + timedelta(1))


def test_numbers_that_the_database_gives_out_are_its_own(clara: Member) -> None:
    rows = Records(StreamEntry(member=clara, event_type="note", payload={}, created_at=NOW), ("sequence",))
    for sequence in (1, 2**40):
        rows.add(sequence)
    rows.copy()
    entries = StreamEntry.objects.order_by("sequence")
    assert [entry.sequence for entry in entries] == [1, 2**40]
    assert len({entry.pk for entry in entries}) == 2


def test_nothing_is_written_where_there_is_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        Records(Wave(number=1), ("request_id",)).copy()


def test_what_the_database_refuses_is_refused() -> None:
    rows = Records(Wave(number=1, candidates=3, took_ms=0.5), ("request_id",))
    rows.add(uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.copy()
        connection.check_constraints()
    assert not Wave.objects.exists()


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="size"):
        Records(Wave(), ("size",))
    with pytest.raises(ValueError, match="binary form"):
        Records(ServicePage(), ())
    with pytest.raises(ValueError, match="zip"):
        Records(Wave(number=1), ("request_id", "candidates")).add(uuid4())
