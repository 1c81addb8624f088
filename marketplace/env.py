"""Strict readers of environment variables.

Each raises ``django.core.exceptions.ImproperlyConfigured`` with the variable's name, what it holds and what it may
hold, so that a wrong setting stops the start instead of surfacing later.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


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
    if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
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
    """A comma-separated list without empty items."""
    return [item.strip() for item in text(name, ",".join(default)).split(",") if item.strip()]


def url(name: str, default: str | None, schemes: Sequence[str]) -> SplitResult:
    """An address whose scheme is one of ``schemes``, taken apart."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(s + '://' for s in schemes)}.")
    return parts
