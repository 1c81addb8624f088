"""A migrated database that all test databases are copies of: migrating takes ten seconds of CPU, copying a moment.

The cluster that holds it is kept in ``.local/`` for the next run, as long as nothing that makes it has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from marketplace.embedded.addresses import socket_directory
from marketplace.embedded.postgres import USER, Postgres
from tests.settings import TEMPLATE

KEPT = settings.BASE_DIR / ".local" / "test-template"
MAKERS = ("*/migrations/*.py", "services/data/**/*.yaml", "services/catalogue/*.py", "marketplace/settings.py")
"""What the contents of a fresh database depend on, besides the versions of packages."""


def start(server: Postgres) -> None:
    """Starts the server with the database ``TEMPLATE`` in it, kept from an earlier run or made now."""
    kept = KEPT / _digest()
    if kept.exists():
        shutil.copytree(kept, server.data, symlinks=True)
    server.start()
    server.wait()
    if not _is_there():
        _make()
        server.stop()
        _keep(server.data, kept)
        server.start()
        server.wait()


def _digest() -> str:
    total = hashlib.sha256()
    for file in [settings.BASE_DIR / "requirements-dev.txt", *_files()]:
        total.update(str(file.relative_to(settings.BASE_DIR)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def _files() -> Iterable[Path]:
    return sorted(file for pattern in MAKERS for file in settings.BASE_DIR.glob(pattern))


def _is_there() -> bool:
    with psycopg.connect(_address("postgres")) as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone())


def _make() -> None:
    """Under another name until it is complete."""
    making = f"{TEMPLATE}_new"
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {making}")
        url = f"postgresql:///{making}?host={socket_directory(settings.MARKETPLACE_HOME)}&user={USER}"
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": url},
            check=True,
        )
        connection.execute(f"ALTER DATABASE {making} RENAME TO {TEMPLATE}")


def _keep(cluster: Path, kept: Path) -> None:
    """In place of older ones. Where nothing can be written, the next run makes it again."""
    new = KEPT / f"new-{os.getpid()}"
    try:
        KEPT.mkdir(parents=True, exist_ok=True)
        shutil.copytree(cluster, new, symlinks=True)
        for old in KEPT.iterdir():
            if old not in {new, kept} and not old.name.startswith("new-"):
                shutil.rmtree(old, ignore_errors=True)
        new.rename(kept)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)


def _address(database: str) -> str:
    return make_conninfo(host=str(socket_directory(settings.MARKETPLACE_HOME)), user=USER, dbname=database)
