"""Estimating products of vectors from a bit for each dimension (Gao and Long, RaBitQ, SIGMOD 2024).

A page's sketch are the signs of d, what its vector differs from its cell's centroid in. For a vector q, d·q is about
reach * Σ sign(dᵢ) qᵢ, where reach = |d|² / |d|₁. In whole numbers the sum is four Hamming distances: q is rounded to
odd numbers from -15 to 15 times a step, and each of these is 8, 4, 2 and 1, added or subtracted.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.models.search import DIMENSIONS

PLANES: Final = 4
LARGEST: Final = 2**PLANES - 1


def difference(of: str) -> str:
    """The estimate of d·q for a row ``e`` of ``services_serviceposting``, as SQL; null without a sketch. ``of``: what
    ``Planes.parameters`` calls q."""
    planes = " - ".join(
        f"{2 ** (plane + 1)} * (e.sketch <~> %({of}_plane{plane})s::bit({DIMENSIONS}))" for plane in range(PLANES)
    )
    return f"(e.reach * %({of}_step)s * (%({of}_whole)s - {planes}))"


@dataclass(frozen=True, slots=True)
class Planes:
    """A vector as ``difference`` takes it: its signs and the three bits below as texts of 0 and 1, highest last."""

    bits: tuple[str, ...]
    step: float

    @classmethod
    def of(cls, vector: NDArray[np.float32]) -> "Planes":
        """Of any vector, also zero."""
        step = float(np.abs(vector).max()) / LARGEST or 1.0
        odd = np.clip(2 * np.floor(vector / step / 2) + 1, -LARGEST, LARGEST)
        numbers = ((odd + LARGEST) / 2).astype(np.uint8)
        bits = tuple((numbers >> plane & 1 | ord("0")).tobytes().decode() for plane in range(PLANES))
        return cls(bits, step)

    def parameters(self, of: str) -> dict[str, Any]:
        """What ``difference`` compares with, by the same name."""
        planes = {f"{of}_plane{number}": bits for number, bits in enumerate(self.bits)}
        return {**planes, f"{of}_step": self.step, f"{of}_whole": LARGEST * len(self.bits[0])}
