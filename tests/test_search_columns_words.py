"""Which pages of a segment may be the best for several words, as the engine by columns finds them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from services.search.engines.columns import values
from services.search.engines.columns.values import Postings
from services.search.engines.columns.words import Asked, Words

SHOP, LOOK, BETTER, ABSENT = 1, 2, 3, 9


def words_of(rows: Sequence[Mapping[int, int]], weights: dict[int, float]) -> Words:
    postings = Postings.of(
        np.array([len(row) for row in rows]),
        np.array([number for row in rows for number in row], dtype=np.int32),
        np.array([impact for row in rows for impact in row.values()], dtype=np.uint16),
    )
    return Words(postings, Asked(weights, [[number] for number in weights]))


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Words:
    """Of forty pages: much of one word in each, but in the page 25 a little of all three."""
    monkeypatch.setattr(values, "FREQUENT", 5)
    rows: list[dict[int, int]] = [{SHOP: 30_000} for _ in range(10)]
    rows += [{LOOK: 30_000} for _ in range(14)] + [{BETTER: 30_000} for _ in range(16)]
    rows[25] = {SHOP: 20_000, LOOK: 20_000, BETTER: 20_000}
    return words_of(rows, {SHOP: 3.0, LOOK: 2.5, BETTER: 2.0, ABSENT: 2.5})


def test_a_page_with_a_little_of_all_words_is_among_the_strongest(words: Words) -> None:
    assert 25 in words.strongest(1, all_of=20, added=40)


def test_of_words_that_stand_in_too_many_pages_only_the_best_of_each_are_looked_at(words: Words) -> None:
    assert 25 not in words.strongest(1, all_of=20, added=0)
    assert 25 not in words.strongest(1, all_of=0, added=0)


def test_as_many_places_as_are_wanted_come_once_and_in_order(words: Words) -> None:
    places = words.strongest(3, all_of=20, added=40)
    assert np.all(np.diff(places) > 0)
    assert words.strongest(99, all_of=99, added=0).tolist() == list(range(40))
