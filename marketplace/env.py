"""Strict readers of environment variables.

Each raises ``django.core.exceptions.ImproperlyConfigured`` with the variable's name, what it holds and what it may
hold, so that a wrong setting stops the start instead of surfacing later.
"""

import os
import re
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
HOSTLESS = {"unix", "development"}


def text(name: str, default: str | None = None) -> str:
    """The value without surrounding space; ``default`` where it is unset or empty, an error if that is None."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set.")
    return default


def flag(name: str, default: bool) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    value = text(name, "on" if default else "off").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off.")


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number from ``least`` to ``most``."""
    value = text(name, str(default))
    if not re.fullmatch("-?[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    """One of ``choices``."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}.")
    return value


def path(name: str, default: Path) -> Path:
    """A path, made absolute."""
    return Path(text(name, str(default))).expanduser().absolute()


def names(name: str, default: Sequence[str] = ()) -> list[str]:
    """A comma-separated list without empty items; not empty where the variable is set."""
    value = text(name, ",".join(default))
    items = [item.strip() for item in value.split(",") if item.strip()]
    if value and not items:
        raise ImproperlyConfigured(f"{name}={value!r} names nothing.")
    return items


def sender(name: str, default: str) -> str:
    """An email address, or one with a name: ``Market <mail@example.com>``; the default as it is."""
    value = text(name, "")
    if not value:
        return default
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ImproperlyConfigured(f"{name}={value!r} is not an email address.") from None
    return value


def url(name: str, default: str | None, schemes: Sequence[str]) -> SplitResult:
    """An address with a host whose scheme is one of ``schemes``, taken apart."""
    return checked(name, text(name, default), schemes)


def checked(name: str, value: str, schemes: Sequence[str]) -> SplitResult:
    """The same for a value that was read already. ``unix`` and ``development`` need no host."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not an address: {error}.") from None
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(s + '://' for s in schemes)}.")
    if not host and parts.scheme not in HOSTLESS:
        raise ImproperlyConfigured(f"{name} names no host.")
    return parts
