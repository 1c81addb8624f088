"""docker-compose.yml and the image: every part is there, watched, and without a default secret."""

import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import connection

from marketplace.embedded.binaries import postgres_binary

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
SECRETS = ["SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD", "EMAIL_URL", "SITE_URL"]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(TEXT)["services"])


def test_a_worker_for_each_queue(services: dict[str, Any]) -> None:
    queues = {each["environment"]["QUEUE"] for name, each in services.items() if name.startswith("worker-")}
    assert queues == set(settings.QUEUES)


def test_everything_that_stays_up_is_watched(services: dict[str, Any]) -> None:
    unwatched = {name for name, each in services.items() if "healthcheck" not in each}
    assert unwatched == {"migrate", "backup"}


def test_broker_and_cache_are_two_servers(services: dict[str, Any]) -> None:
    assert "noeviction" in services["broker"]["command"]
    assert "allkeys-lru" in services["cache"]["command"]
    assert services["web"]["environment"]["REDIS_URL"] != services["web"]["environment"]["CACHE_URL"]


def test_postgres_has_room_for_index_builds(services: dict[str, Any]) -> None:
    assert services["postgres"]["shm_size"] == "1g"
    assert services["postgres"]["image"] == "pgvector/pgvector:pg18"


def test_postgres_has_time_to_write_its_last_checkpoint_and_to_read_its_log(services: dict[str, Any]) -> None:
    assert services["postgres"]["stop_grace_period"] == "10m"
    assert services["postgres"]["healthcheck"]["start_period"] == "1h"


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name: str) -> None:
    assert f"${{{name}:?" in TEXT
    assert f"${{{name}:-" not in TEXT
    assert re.search(rf"^{name}=$", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_example_of_an_environment_changes_no_default() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    defaults = dict(re.findall(r"\$\{(\w+):-(.*?)\}", TEXT))
    optional = example.keys() - set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert {name: example[name] for name in optional} == {name: defaults[name] for name in optional}


def test_the_image_compiles_every_app() -> None:
    """A process cannot write there, and would compile the rest at each start."""
    _before, _command, rest = (ROOT / "Dockerfile").read_text().partition("compileall -q ")
    compiled = rest.partition("&&")[0].replace("\\\n", " ").split()
    apps = {name.partition(".")[0] for name in settings.INSTALLED_APPS}
    assert set(compiled) == {name for name in apps if (ROOT / name).is_dir()}


def backed_up(folder: Path, **changed: str) -> "subprocess.CompletedProcess[str]":
    """One run of the backup script on the test's own database."""
    given = connection.settings_dict
    (folder / "data" / "media").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "media" / "photo.webp").write_bytes(b"picture")
    (folder / "backups").mkdir(exist_ok=True)
    program = str(postgres_binary("pg_dump").parent)
    places = {"BACKUPS": str(folder / "backups"), "DATA": str(folder / "data"), "KEEP_DAYS": "14"}
    server = {"PGHOST": str(given["HOST"]), "PGUSER": str(given["USER"]), "PGDATABASE": str(given["NAME"])}
    environment = os.environ | {"PATH": f"{program}:{os.environ['PATH']}"} | places | server | changed
    command = ["bash", str(ROOT / "deploy" / "backup.sh"), "--once"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_database_and_uploads(tmp_path: Path) -> None:
    done = backed_up(tmp_path)
    assert done.returncode == 0, done.stderr
    (dump,), (archive,) = (tmp_path / "backups").glob("*.dump"), (tmp_path / "backups").glob("*.tar.gz")
    assert dump.read_bytes().startswith(b"PGDMP")
    with tarfile.open(archive) as held:
        assert "./media/photo.webp" in held.getnames()


@pytest.mark.django_db(transaction=True)
def test_a_failed_backup_says_so_and_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    old = tmp_path / "backups" / "database-2020-01-01T000000.dump"
    old.touch()
    os.utime(old, (0, 0))
    failed = backed_up(tmp_path, PGDATABASE="no_such_database")
    assert failed.returncode != 0
    assert "Backed up" not in failed.stdout
    assert old.exists()
