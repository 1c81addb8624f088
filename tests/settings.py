"""The product's settings for a test run: the servers of this run, and nothing else from the environment.

pytest-django reads the settings before any conftest.py, so what they depend on is put into the environment here.
DATABASE_URL and REDIS_URL are used where they are set; otherwise the run starts servers of its own in a home of its own
(see tests/conftest.py), which the workers of pytest-xdist inherit through the environment.
"""

import os

from bench.harness.environment import FOREIGN
from marketplace.embedded.home import scratch_home

GIVEN = {"DATABASE_URL", "REDIS_URL", "REDIS_PREFIX"}
for name in (FOREIGN | {"MARKETPLACE_ENV", "SEARCH_ENGINE", "EMBEDDER"}) - GIVEN:
    os.environ.pop(name, None)

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if not WORKER and "MARKETPLACE_TEST_RUN" not in os.environ:
    os.environ["MARKETPLACE_TEST_RUN"] = f"{os.environ.get('REDIS_PREFIX', 'test')}-{os.getpid()}"
    os.environ["MARKETPLACE_HOME"] = str(scratch_home("test"))
os.environ["REDIS_PREFIX"] = f"{os.environ['MARKETPLACE_TEST_RUN']}{WORKER}"
os.environ["RATE_LIMITS"] = "off"

from marketplace.settings import *  # noqa: E402, F403
from marketplace.settings import CACHES, DATABASES, MARKETPLACE_HOME, PASSWORD_HASHERS, REDIS_PREFIX  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
# Without files PostgreSQL answers anyway, after one query more.
SEARCH_ENGINE = "postgresql"
# A test is one transaction, which may publish and go on for longer.
PUBLISHING_TIMEOUT = "0"
MEDIA_ROOT = MARKETPLACE_HOME / f"media{WORKER}"
SEARCH_DIR = MARKETPLACE_HOME / f"search{WORKER}"

TEMPLATE = "marketplace_template"
"""On servers of our own, test databases are copies of this one: see tests/template.py."""
if not os.environ.get("DATABASE_URL"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEMPLATE}

cache_generation = 0
"""Raised before every test, so that no test sees what another one cached."""


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """The name of a cache entry in the server, of this test alone."""
    return f"{key_prefix}:{cache_generation}:{version}:{key}"


CACHES["default"] |= {"KEY_PREFIX": REDIS_PREFIX, "KEY_FUNCTION": "tests.settings.cache_key"}
