"""How near is near: cosines differ from one embedder to the next, so that each has limits of its own.

They are measured on the catalogue: of all pairs of names (and synonyms) of different services, a stated share may be as
near as the limit by accident.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Limits:
    """Cosines, in the order of their size. From ``loose`` on a page is found where words find too little, from
    ``found`` on anyway; from ``offered`` on a service is offered for a text that has none of its words; from ``near``
    on a text means a service's name."""

    loose: float
    found: float
    offered: float
    near: float


SHARES: Final[Mapping[str, float]] = {"loose": 0.015, "found": 0.002, "offered": 0.00025, "near": 0.00004}
"""Of the pairs of names of different services, those that are as near. Chosen for the first table that was shipped, by
trial on the catalogue's own synonyms, and divided by the number of times by which there are more names since those in
German, Spanish and French are among them."""


def measured(embed: Callable[[Sequence[str]], NDArray[np.float32]], services: Sequence[Sequence[str]]) -> Limits:
    """The limits at ``SHARES`` of what ``embed`` makes of texts (``Embedder.embed``); each service is given by its
    names."""
    names = [name for service in services for name in service]
    owners = np.repeat(np.arange(len(services)), [len(service) for service in services])
    vectors = embed(names)
    cosines = (vectors @ vectors.T)[owners[:, None] < owners]
    return Limits(**{name: round(float(np.quantile(cosines, 1 - share)), 3) for name, share in SHARES.items()})


def write(limits: Limits, path: Path) -> None:
    """Stores the limits."""
    path.write_text(json.dumps(asdict(limits), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Limits:
    """What ``write`` stored. Raises FileNotFoundError."""
    return Limits(**json.loads(path.read_text(encoding="utf-8")))
