"""What the environment may hold: settings are read strictly, and a wrong one stops the start with its name."""

import importlib.util
import os
from types import ModuleType

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace import reports

PRODUCTION = {
    "MARKETPLACE_ENV": "production",
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://market.example",
    "DATABASE_URL": "postgresql://app:pa%40ss@db:5433/market?sslmode=require",
    "REDIS_URL": "redis://broker/0",
    "EMAIL_URL": "smtp://mailer:secret@mail.example:587?tls=1",
}
BAD = [
    ("PORT", "abc"),
    ("PORT", "²"),
    ("PORT", "0"),
    ("MARKETPLACE_ENV", "prod"),
    ("DATABASE_URL", "mysql://host/name"),
    ("DATABASE_URL", "postgresql://host"),
    ("DATABASE_URL", "postgresql://host:none/name"),
    ("REDIS_URL", "http://host"),
    ("REDIS_URL", "redis://"),
    ("CACHE_URL", "memcached://host"),
    ("SITE_URL", "market.example"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "https://market.example/shop"),
    ("SITE_URL", "https://market.example:99999"),
    ("EMAIL_URL", "mailto:somebody"),
    ("EMAIL_URL", "smtp://"),
    ("DEFAULT_FROM_EMAIL", "nobody"),
    ("ALLOWED_HOSTS", ",,"),
    ("RATE_LIMITS", "perhaps"),
    ("ALLOW_HTTP", "perhaps"),
    ("SSL_REDIRECT", "perhaps"),
    ("TRUSTED_PROXIES", "-1"),
    ("LOG_LEVEL", "LOUD"),
    ("SENTENCE_MODEL_URL", "localhost:11434"),
    ("SEARCH_ENGINE", "elastic"),
]


def read(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> ModuleType:
    """The settings in an environment that holds nothing but these variables."""
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("read_anew", settings.BASE_DIR / "marketplace" / "settings.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("others", [{}, PRODUCTION], ids=["development", "production"])
@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_value_stops_the_start_with_its_name(
    monkeypatch: pytest.MonkeyPatch, others: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(monkeypatch, others | {name: value})


def test_development_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = read(monkeypatch, {})
    assert (made.PRODUCTION, made.PORT, made.SITE_ORIGIN) == (False, 8000, "http://localhost:8000")
    assert made.DEFAULT_FROM_EMAIL == "marketplace@localhost"


@pytest.mark.parametrize("missing", sorted(PRODUCTION.keys() - {"MARKETPLACE_ENV"}))
def test_nothing_that_production_needs_has_a_default(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=f"{missing} must be set"):
        read(monkeypatch, given)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"RATE_LIMITS": "off"}, "RATE_LIMITS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"SITE_URL": "http://market.example"}, "SITE_URL"),
    ],
)
def test_production_refuses_what_is_unsafe(monkeypatch: pytest.MonkeyPatch, change: dict[str, str], name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(monkeypatch, PRODUCTION | change)


def test_production_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = "Market <mail@market.example>"
    made = read(monkeypatch, PRODUCTION | {"DEFAULT_FROM_EMAIL": sender, "REDIS_PREFIX": "shop"})
    database = made.DATABASES["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db", 5433, "market")
    assert (database["USER"], database["PASSWORD"], database["OPTIONS"]) == ("app", "pa@ss", {"sslmode": "require"})
    assert (made.EMAIL_HOST, made.EMAIL_PORT, made.EMAIL_USE_TLS) == ("mail.example", 587, True)
    assert made.CACHES["default"]["LOCATION"] == "redis://broker/1"
    assert made.CACHES["default"]["KEY_PREFIX"] == made.REDIS_PREFIX == "shop"
    assert made.ALLOWED_HOSTS == ["market.example"]
    assert sender == made.DEFAULT_FROM_EMAIL
    assert (made.SECURE_SSL_REDIRECT, made.SESSION_COOKIE_SECURE) == (True, True)


def test_a_trial_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    made = read(monkeypatch, PRODUCTION | {"SITE_URL": "http://192.168.0.5:8000", "ALLOW_HTTP": "1"})
    assert (made.ALLOWED_HOSTS, made.DEFAULT_FROM_EMAIL) == (["192.168.0.5"], "marketplace@192.168.0.5")


def test_an_address_of_reports_has_to_be_one() -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN"):
        reports.start("nonsense", environment="test")
