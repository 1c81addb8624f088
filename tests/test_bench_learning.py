"""``bench/learning.py`` takes a world of somebody else's, and says what is wrong with its name."""

import subprocess
import sys
from collections.abc import Sequence
from math import log2
from pathlib import Path

import pytest
from django.conf import settings

from bench.harness.market import Market
from bench.harness.worlds import Fields
from requests.matching.rank import SHIPPED

OF_ITS_OWN = """
from __future__ import annotations
from dataclasses import dataclass
from beside import WORDS

@dataclass
class Page:
    number: int

class World:
    def __init__(self, seed):
        raise SystemExit(f"{WORDS} {Page(seed)}")
"""


def last_words(world: str) -> str:
    """What the benchmark ends with where it fails."""
    command = [sys.executable, "bench/learning.py", "--world", world]
    ran = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    return ran.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ("nowhere", "--world nowhere: there is no such module; a file ends in .py."),
        ("nowhere.py", "--world nowhere.py: there is no such file."),
        ("json", "--world json: there is no class World in it."),
    ],
)
def test_a_world_that_is_none(world: str, words: str) -> None:
    assert last_words(world) == words


def test_a_file_is_a_module_like_any_other(tmp_path: Path) -> None:
    """It may have dataclasses, and import what lies beside it."""
    (tmp_path / "mine.py").write_text(OF_ITS_OWN)
    (tmp_path / "beside.py").write_text("WORDS = 'The seed is'")
    assert last_words(str(tmp_path / "mine.py")) == "The seed is Page(number=1)"


class Told:
    """A world of three pages that tells no more than what it must: outcomes, by places, call by call."""

    def __init__(self, *outcomes: list[str]) -> None:
        self.outcomes = list(outcomes)

    def pages(self) -> Sequence[Fields]:
        return [{"id": number} for number in range(3)]

    def requests(self, n: int) -> Sequence[Fields]:
        return [{"id": number} for number in range(n)]

    def outcome(self, request: Fields, ranked_pages: Sequence[Fields]) -> list[str]:
        return self.outcomes.pop(0)


def test_outcomes_are_compared_as_shares_of_the_best_order() -> None:
    """Requests of which much comes must not count for more than others: the measure is nDCG, not DCG."""
    some, nothing = ["viewed", "reviewed", "nothing"], ["nothing"] * 3
    market = Market(Told(some, some, some, nothing, nothing, nothing))
    first, second, third = market.world.requests(3)
    share = (1 + 31 / log2(3)) / (31 + 1 / log2(3))
    assert market.compared(first, SHIPPED) == pytest.approx((share, share))
    assert market.compared(second, SHIPPED) == pytest.approx((share, 0))
    assert market.compared(third, SHIPPED) == (0, 0)
