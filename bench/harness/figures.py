"""Numbers out of measurements. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that is not below ``share`` (0 to 1) of them: the nearest rank, always a value that
    was measured. Raises ValueError where there are none."""
    if not values or not 0 <= share <= 1:
        raise ValueError("A percentile needs values, and a share from 0 to 1.")
    rank = math.ceil(round(share * len(values), 9))  # 0.07 * 100 is 7.000000000000001
    return sorted(values)[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a series of durations was like; the unit is theirs."""

    count: int
    mean: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Summary":
        """Raises ValueError without values."""
        return cls(
            len(values),
            fmean(values) if values else 0.0,
            percentile(values, 0.50),
            percentile(values, 0.95),
            percentile(values, 0.99),
        )
