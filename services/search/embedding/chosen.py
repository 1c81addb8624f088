"""The embedder in use."""

from functools import lru_cache

from services.search.embedding.base import Embedder
from services.search.embedding.static import StaticEmbedder


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """The one embedder of this process. Its table is read when it is first used, so after a worker has forked."""
    return StaticEmbedder()
