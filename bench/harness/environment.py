"""The surroundings of a benchmark: a home of its own, and nothing of the caller's marketplace."""

import argparse
import atexit
import os
import shutil
from pathlib import Path
from typing import Final

import django

from marketplace.embedded.addresses import socket_directory
from marketplace.embedded.home import scratch_home

FOREIGN: Final = {
    *("DATABASE_URL", "DB_CONN_MAX_AGE", "REDIS_URL", "CACHE_URL", "REDIS_PREFIX", "EMAIL_URL", "DEFAULT_FROM_EMAIL"),
    *("SEARCH_DIR", "MEDIA_ROOT", "PRIVATE_ROOT", "STATIC_ROOT", "PROMETHEUS_MULTIPROC_DIR"),
    *("SECRET_KEY", "DEBUG", "SITE_URL", "PORT", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "ALLOW_HTTP", "SSL_REDIRECT"),
    *("SENTRY_DSN", "METRICS_KEY", "PUSH_SERVICES", "SENTENCE_MODEL_URL", "SENTENCE_MODEL", "SENTENCE_MODEL_KEY"),
    *("API_CALLS_A_MINUTE", "API_ANONYMOUS_CALLS_A_MINUTE", "REQUESTS_AN_HOUR"),
}
"""Variables that would lead a benchmark to somebody's real marketplace, its servers, files, reports and bills, or make
it another one than is measured elsewhere. Those that choose what is measured stay: SEARCH_ENGINE, EMBEDDER,
MARKETPLACE_DATA."""


def start(*, keep: bool = True) -> Path:
    """Sets Django up with servers in a scratch home, or in the folder of ``--keep``; returns the home. A benchmark that
    would spoil a kept one says ``keep=False``.

    Call it ahead of every import that needs Django's settings. The servers are started by ``site.marketplace``.
    """
    home = (_kept() if keep else None) or _scratch()
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "MARKETPLACE_ENV": "development",
        "MARKETPLACE_HOME": str(home),
        "RATE_LIMITS": "off",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    django.setup()
    return home


def _kept() -> Path | None:
    """The folder of ``--keep``, which has to be known before the other options can be read."""
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    reader.add_argument("--keep", type=Path)
    folder = reader.parse_known_args()[0].keep
    return folder.resolve() if folder else None


def _scratch() -> Path:
    """A new folder, which goes when this process ends."""
    home = scratch_home("bench")
    starter = os.getpid()

    def remove() -> None:
        if os.getpid() == starter:  # not in the clients that it forks
            shutil.rmtree(home, ignore_errors=True)
            shutil.rmtree(socket_directory(home), ignore_errors=True)

    atexit.register(remove)
    return home
