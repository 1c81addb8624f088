"""/healthz, /readyz and /metrics."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import Member
from marketplace.clock import utc_now
from notifications import events
from notifications.fan_out import fan_out
from notifications.mail.letter import write_letter
from notifications.mail.run import AWAY, send_due
from notifications.models import AccountMail, Delivery, DeliveryState, Event, NotificationSettings
from notifications.topics import Topic
from tests.smtp import free_port, post_office, smtp_at
from tests.topics import announce


def test_alive_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_ready_where_everything_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert {name: each["ok"] for name, each in checks.items()} == dict.fromkeys(
        ["database", "cache", "broker", "oldest_job"], True
    )
    assert answer["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "check"), [("REDIS_URL", "broker"), ("CACHE_URL", "cache")])
def test_not_ready_without_broker_or_cache(
    client: Client, settings: Settings, tmp_path: Path, setting: str, check: str
) -> None:
    setattr(settings, setting, f"unix://{tmp_path}/nobody.sock")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, each in answer.json()["checks"].items() if not each["ok"]] == [check]


def test_not_ready_when_a_job_waits_too_long(client: Client, clara: Member) -> None:
    event = events.record(kind="test.happened", actor=clara, subject_type="test", subject_id="1", now=utc_now())
    assert client.get("/readyz").status_code == 200
    Event.objects.filter(pk=event.pk).update(fanned_out_at=None, created_at=utc_now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["oldest_job"]["seconds"] >= 360


class TestMailThatDoesNotLeave:
    @pytest.fixture
    def past(self) -> datetime:
        return utc_now() - timedelta(minutes=6)

    @pytest.fixture
    def mail(self, news: Topic, clara: Member, past: datetime) -> Delivery:
        """One that was to leave six minutes ago."""
        fan_out(announce(clara, now=past), now=past)
        return Delivery.objects.get()

    @pytest.fixture
    def nobody(self) -> Iterator[None]:
        """There is no mail server."""
        cache.delete(AWAY)
        with smtp_at(free_port()):
            yield
        cache.delete(AWAY)

    def test_a_server_that_is_away_does_not_hide_how_long_mail_waits(
        self, client: Client, mail: Delivery, nobody: None
    ) -> None:
        send_due()
        assert Delivery.objects.get().due_at > utc_now()
        self._is_not_ready(client)

    def test_nor_does_it_hide_account_mail(self, client: Client, db: None, past: datetime, nobody: None) -> None:
        write_letter(template="x", recipient="a@b.example", subject="Code", text="1234", html="1234", now=past)
        self._is_not_ready(client)
        send_due()
        assert AccountMail.objects.get().due_at > utc_now()
        self._is_not_ready(client)

    def test_one_that_is_refused_for_now_does_not_make_all_seem_ill(
        self, client: Client, mail: Delivery, clara: Member
    ) -> None:
        cache.delete(AWAY)
        with post_office() as office:
            office.answers[clara.email] = "450 Mailbox busy"
            send_due()
        assert Delivery.objects.get().attempts == 1
        assert client.get("/readyz").status_code == 200
        Delivery.objects.update(due_at=utc_now() - timedelta(minutes=6))  # and nobody works
        self._is_not_ready(client)

    def test_nor_does_one_that_quiet_hours_hold(self, client: Client, mail: Delivery, clara: Member) -> None:
        now = utc_now()
        begins, ends = (
            (now + each).time().replace(microsecond=0) for each in (-timedelta(hours=1), timedelta(hours=1))
        )
        NotificationSettings.objects.create(member=clara, quiet_from=begins, quiet_until=ends)
        self._is_not_ready(client)
        cache.delete(AWAY)
        with post_office():
            send_due()
        assert Delivery.objects.get().state == DeliveryState.WAITING
        assert client.get("/readyz").status_code == 200

    def _is_not_ready(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["oldest_job"]["seconds"] >= 360


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": "Bearer wrong"}, {"HTTP_AUTHORIZATION": "Bearer ké"}])
@pytest.mark.django_db
def test_metrics_are_hidden_without_the_key(client: Client, settings: Settings, header: dict[str, str]) -> None:
    settings.METRICS_KEY = "sesame"
    assert client.get("/metrics", **header).status_code == 404  # type: ignore[arg-type]


@pytest.mark.django_db
def test_metrics_are_never_open_without_a_key_set(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = ""
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


@pytest.mark.django_db
def test_metrics_of_all_web_processes(
    client: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRICS_KEY = "sesame"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    answer = client.get("/metrics", HTTP_AUTHORIZATION="Bearer sesame")
    assert answer.status_code == 200
    assert "events_open" in answer.content.decode()


@pytest.mark.django_db
def test_metrics_for_those_with_the_key(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = "sesame"
    answer = client.get("/metrics", HTTP_AUTHORIZATION="Bearer sesame")
    assert answer.status_code == 200
    assert "marketplace_cache_failures_total" in answer.content.decode()
