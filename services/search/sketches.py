"""Estimating products of vectors from a bit for each dimension (Gao and Long, RaBitQ, SIGMOD 2024).

A page's sketch are the signs of d, what its vector differs from its cell's centroid in. For a vector q, d·q is about
reach * Σ sign(dᵢ) qᵢ, where reach = |d|² / |d|₁. In whole numbers the sum is four Hamming distances: q is rounded to
odd numbers from -15 to 15 times a step, and each of these is 8, 4, 2 and 1, added or subtracted.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PLANES: Final = 4
LARGEST: Final = 2**PLANES - 1

DIFFERENCE: Final = """(e.reach * %(step)s * (%(whole)s
    - 16 * (e.sketch <~> %(plane3)s::bit(256)) - 8 * (e.sketch <~> %(plane2)s::bit(256))
    - 4 * (e.sketch <~> %(plane1)s::bit(256)) - 2 * (e.sketch <~> %(plane0)s::bit(256))))"""
"""The estimate of d·q for ``services_serviceposting e``; null without a sketch."""


@dataclass(frozen=True, slots=True)
class Planes:
    """A vector as ``DIFFERENCE`` takes it: its signs and the three bits below as texts of 0 and 1, highest last."""

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

    def parameters(self) -> dict[str, Any]:
        """What ``DIFFERENCE`` compares with."""
        planes = {f"plane{number}": bits for number, bits in enumerate(self.bits)}
        return {**planes, "step": self.step, "whole": LARGEST * len(self.bits[0])}
