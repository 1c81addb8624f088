"""Addresses of the servers, embedded or not, in the forms that Django, Celery and redis-py want."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from marketplace import env

REDIS = ["redis", "rediss", "unix"]


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
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not an address: {error}.") from None
    if not parts.path.lstrip("/"):
        raise ImproperlyConfigured("DATABASE_URL names no database: postgresql://user:password@host/name.")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "marketplace.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": port or options.pop("port", ""),
        "OPTIONS": options,
    }


def with_redis_database(url: str, number: int) -> str:
    """The same Redis-compatible server, another of its numbered databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"  # urlunsplit would drop the two slashes
    return parts._replace(path=f"/{number}").geturl()


def celery_url(url: str) -> str:
    """The broker's address as Celery writes it: ``redis+socket://`` for a Unix socket, the same otherwise."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def django_email(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for ``smtp://``, ``smtps://`` or ``development://``."""
    parts = env.checked("EMAIL_URL", url, ["smtp", "smtps", "development"])
    if parts.scheme == "development":
        return {"EMAIL_BACKEND": "notifications.development_mail.EmailBackend"}
    tls = parse_qs(parts.query).get("tls", ["0"])[-1] in {"1", "true"}
    return {
        "EMAIL_BACKEND": "notifications.mail.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": tls,
    }
