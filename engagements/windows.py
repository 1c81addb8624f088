"""How long each side has for its answer. Days are counted from the moment, not from midnight."""

from datetime import timedelta
from typing import Final

CONFIRM_COMPLETION: Final = timedelta(days=7)
"""Silence for this long after one side marked the work completed confirms it."""
REMIND_OF_COMPLETION: Final = timedelta(days=5)
"""When the other side is reminded, counted from the mark."""
WRITE_REVIEW: Final = timedelta(days=14)
"""From completion: for so long reviews are written, and hidden unless both are there."""
REMIND_OF_REVIEW: Final = timedelta(days=11)
"""When whoever has not written is reminded, counted from completion."""
