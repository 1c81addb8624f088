"""What the environment may hold: settings are read strictly, and a wrong one stops the start with its name."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
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

POISON = "²"
"""No number, no address, no choice: wherever it is read it stops the start or stands in the settings."""
STARTS = {
    "benchmark": "from bench.harness import environment; environment.start(keep=False)",
    "tests": "import django; django.setup()",
}
TOLD = "print({name: str(getattr(settings, name)) for name in dir(settings) if name.isupper()})"


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


def test_compose_hands_over_the_defaults_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (settings.BASE_DIR / "docker-compose.yml").read_text()
    given = dict(re.findall(r"^    (\w+): \$\{\w+:-(.*?)\}$", text, re.MULTILINE))
    assert given["SEARCH_ENGINE"], "Compose gives defaults."
    without, with_them = read(monkeypatch, PRODUCTION), read(monkeypatch, PRODUCTION | given)
    for name in given:
        assert getattr(with_them, name) == getattr(without, name), name


def test_a_trial_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    made = read(monkeypatch, PRODUCTION | {"SITE_URL": "http://192.168.0.5:8000", "ALLOW_HTTP": "1"})
    assert (made.ALLOWED_HOSTS, made.DEFAULT_FROM_EMAIL) == (["192.168.0.5"], "marketplace@192.168.0.5")


def test_an_address_of_reports_has_to_be_one() -> None:
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN"):
        reports.start("nonsense", environment="test")


@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("benchmark", {"MARKETPLACE_DATA", "LOG_LEVEL", "SEARCH_ENGINE", "EMBEDDER"}),
        ("tests", {"MARKETPLACE_DATA", "LOG_LEVEL", "DATABASE_URL", "REDIS_URL", "REDIS_PREFIX"}),
    ],
)
def test_nothing_of_a_real_site_reaches(start: str, kept: set[str]) -> None:
    """Neither its files, which a benchmark would write over, nor where it reports, nor a model that costs."""
    source = (settings.BASE_DIR / "marketplace" / "settings.py").read_text()
    names = set(re.findall(r'env\.[a-z]+\(\s*"([A-Z_]+)"', source))
    assert {"SEARCH_DIR", "PRIVATE_ROOT", "SENTENCE_MODEL_KEY", "PUSH_SERVICES"} <= names
    ours = {"MARKETPLACE_TEST_RUN", "PYTEST_XDIST_WORKER"}
    environment = {name: value for name, value in os.environ.items() if name not in names | ours}
    environment |= dict.fromkeys(names - kept, POISON)
    command = [sys.executable, "-c", f"{STARTS[start]}\nfrom django.conf import settings\n{TOLD}"]
    ran = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = ast.literal_eval(ran.stdout)
    shutil.rmtree(found["MARKETPLACE_HOME"], ignore_errors=True)
    assert {name for name, value in found.items() if POISON in value} == set()
