"""Addresses of the servers, embedded or not, in the forms that Django, Celery and redis-py want."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def socket_directory(home: Path) -> Path:
    """Folder of the embedded servers' sockets: short, because a socket's path may have about 100 bytes, and found by
    every process from the home alone."""
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"marketplace-{digest}"


def database_url(home: Path) -> str:
    """Address of the embedded PostgreSQL of this home."""
    return f"postgresql:///marketplace?host={socket_directory(home)}&user=app"


def redis_url(home: Path) -> str:
    """Address of the embedded Valkey of this home."""
    return f"unix://{socket_directory(home)}/valkey.sock?db=0"


def django_database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for ``postgresql://user:password@host:port/name?host=…&user=…&sslmode=…``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "marketplace.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": parts.port or options.pop("port", ""),
        "OPTIONS": options,
    }


def with_redis_database(url: str, number: int) -> str:
    """The same Redis-compatible server, another of its numbered databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # urlunsplit would drop the two slashes
    if parts.scheme in {"redis", "rediss"}:
        return parts._replace(path=f"/{number}").geturl()
    raise ImproperlyConfigured("REDIS_URL must start with redis://, rediss:// or unix://.")


def celery_url(url: str) -> str:
    """The broker's address as Celery writes it: ``redis+socket://`` for a Unix socket, the same otherwise."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def django_email(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for ``smtp://``, ``smtps://`` or ``development://``."""
    parts = urlsplit(url)
    if parts.scheme == "development":
        return {"EMAIL_BACKEND": "notifications.development_mail.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured("EMAIL_URL must start with smtp://, smtps:// or development://.")
    tls = parse_qs(parts.query).get("tls", ["0"])[-1] in {"1", "true"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": tls,
    }
