"""Vectors of two embedders side by side: while pages are embedded anew after the embedder has changed, each page is
compared with the question as its own embedder understands it.

Cosines of two embedders are on much the same scale, so that their pages can stand in one list for that while.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

from services.models import SearchStatistics
from services.search.embedding.base import Embedder
from services.search.embedding.chosen import embedder, named
from services.search.embedding.limits import Limits


@dataclass(frozen=True, slots=True)
class Half:
    """A text as one embedder understands it: the ``column`` of ``asked`` that has its ``vector``, and the condition on
    rows ``v`` of ``services_pagevector`` that they were ``made`` by it."""

    column: str
    vector: NDArray[np.float32]
    made: str = "true"


@dataclass(frozen=True, slots=True)
class Asked:
    """A text as vectors: in ``halves``, of which the first is the embedder's in use; ``parameters`` are ``vector``,
    ``earlier`` and ``earlier_model`` of a statement.

    ``distance`` is, in SQL's words, that of a row ``v`` of ``services_pagevector``, for a statement with a table
    ``asked (vector, earlier)``.
    """

    halves: tuple[Half, ...]
    parameters: dict[str, str | None]
    distance: str = "v.embedding <=> (SELECT vector FROM asked)"

    @property
    def vector(self) -> NDArray[np.float32]:
        """Of the embedder in use."""
        return self.halves[0].vector

    @property
    def is_between(self) -> bool:
        """Whether some of the pages still have vectors of the embedder before."""
        return len(self.halves) > 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means to one embedder: its ``vector``, all zero where that is nothing, and which cosines are near."""

    vector: NDArray[np.float32]
    limits: Limits


BETWEEN: Final = (
    "v.embedding <=> CASE v.model WHEN %(earlier_model)s THEN (SELECT earlier FROM asked)"
    " ELSE (SELECT vector FROM asked) END"
)
OTHERS: Final = "v.model <> %(earlier_model)s"
EARLIER: Final = "v.model = %(earlier_model)s"

_noted: dict[str, str] = {}
"""Kept up to date by the searches themselves, which read that row anyway (``readings``)."""


def ask(text: str) -> Asked:
    """The text as the embedder in use understands it, and, while there are pages of it, as the one before does. One
    query where this process never asked for words before."""
    return ask_all([text])[0]


def ask_all(texts: Sequence[str]) -> list[Asked]:
    """The same of many texts."""
    vectors, earlier = embedder().embed(texts), _earlier()
    if earlier is None:
        return [
            Asked((Half("vector", vector),), {"vector": _text(vector), "earlier": None, "earlier_model": ""})
            for vector in vectors
        ]
    return [
        Asked(
            (Half("vector", vector, OTHERS), Half("earlier", before, EARLIER)),
            {"vector": _text(vector), "earlier": _text(before), "earlier_model": earlier.name},
            BETWEEN,
        )
        for vector, before in zip(vectors, earlier.embed(texts), strict=True)
    ]


def meanings(texts: Sequence[str], names: Iterable[str]) -> list[Mapping[str, Meaning]]:
    """What each text means to the embedders of these names, by name. To one that is not there any more it means
    nothing: its pages are found by words alone."""
    found: list[dict[str, Meaning]] = [{} for _text in texts]
    for name in names:
        known = embedder() if name == embedder().name else named(name)
        used = known or embedder()
        vectors = used.embed(texts) if known else np.zeros((len(texts), used.dimensions), dtype=np.float32)
        for each, vector in zip(found, vectors, strict=True):
            each[name] = Meaning(vector, used.limits)
    return list(found)


def note(embedded_by: str) -> None:
    """Takes note of the embedder that made all vectors when that was looked at last (``SearchStatistics``)."""
    _noted["embedded by"] = embedded_by


def _earlier() -> Embedder | None:
    """The embedder that made the vectors of some pages, if that is another one than in use, and it is still there."""
    if "embedded by" not in _noted:
        note(SearchStatistics.current().embedded_by)
    name = _noted["embedded by"]
    return None if name in {"", embedder().name} else named(name)


def _text(vector: NDArray[np.float32]) -> str | None:
    # A text without known words has no direction; its cosine would be NaN.
    return HalfVector(vector).to_text() if vector.any() else None
