"""docker-compose.yml: every part is there, watched, and without a default secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

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


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_has_a_default(name: str) -> None:
    assert f"${{{name}:?" in TEXT
    assert f"${{{name}:-" not in TEXT
    assert re.search(rf"^{name}=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
