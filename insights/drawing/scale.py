"""Scales of axes."""

from math import ceil, log10
from typing import Final

FACTORS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_STEPS: Final = 5


def ticks(highest: float, *, whole: bool = False) -> list[float]:
    """Round numbers from 0 to at least ``highest``, at most five steps apart: [0, 2.5, 5, 7.5, 10, 12.5] for 12.

    ``whole``: counts have no halves, so these are whole numbers: [0, 3, 6, 9, 12] for 12.
    """
    if highest <= 0:
        return [0.0, 1.0]
    power: float = 10.0 ** ceil(log10(highest / MOST_STEPS) - 1)
    step = next(factor * power for factor in FACTORS if factor * power * MOST_STEPS >= highest * (1 - 1e-9))
    step = float(ceil(step)) if whole else step
    return [step * number for number in range(ceil(highest / step - 1e-9) + 1)]


def tick_text_decimals(step: float) -> int:
    """Decimals that tell the ticks of this step apart: 0 for 20, 1 for 0.5, 2 for 0.25."""
    return next((decimals for decimals in range(6) if abs(round(step, decimals) - step) < step * 1e-6), 6)
