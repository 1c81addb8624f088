"""The engine in use."""

from functools import lru_cache

from django.conf import settings

from services.search.engines.base import Engine
from services.search.engines.columns.engine import ColumnsEngine
from services.search.engines.postgresql import PostgreSQLEngine


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The one engine of this process, by the setting ``SEARCH_ENGINE``."""
    return ColumnsEngine() if settings.SEARCH_ENGINE == "columns" else PostgreSQLEngine()
