"""What pages have several of, as the engine by columns holds it."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.engines.columns import values, vectors
from services.search.engines.columns.values import WHOLE, Bits, Inverted, Lists, Names, Postings, runs
from services.search.engines.columns.vectors import Groups, Rounded

TERM: Final = st.integers(-6, 6)
TERMS: Final = st.lists(st.dictionaries(TERM, st.integers(1, WHOLE), max_size=6), min_size=1, max_size=40)


@given(TERMS, TERM, st.integers(1, 50), st.data())
def test_postings_tell_what_each_page_has(
    rows: list[dict[int, int]], term: int, at_once: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "AT_ONCE", at_once)
        postings = Postings.of(
            np.array([len(row) for row in rows]),
            np.array([number for row in rows for number in row], dtype=np.int32),
            np.array([impact for row in rows for impact in row.values()], dtype=np.uint16),
        )
    posting = postings.of_term(term)
    assert posting.places.tolist() == [place for place, row in enumerate(rows) if term in row]
    places = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    counts = posting.counts(np.array(places, dtype=np.intp))
    assert counts.tolist() == pytest.approx([rows[place].get(term, 0) / WHOLE for place in places])


def test_of_frequent_terms_the_best_places_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "FREQUENT", 3)
    impacts = np.array([200, 900, 500, 700], dtype=np.uint16)
    postings = Postings.of(np.ones(4, dtype=np.int64), np.full(4, 7, dtype=np.int32), impacts)
    assert postings.of_term(7).best.tolist() == [1, 3, 2]
    assert postings.of_term(7).strongest(2).tolist() == [1, 3]


def test_of_rarer_terms_those_places_are_the_strongest_where_they_count_most() -> None:
    impacts = np.array([200, 65_000, 500, 40_000], dtype=np.uint16)
    posting = Postings.of(np.ones(4, dtype=np.int64), np.full(4, 7, dtype=np.int32), impacts).of_term(7)
    assert not len(posting.best)
    assert sorted(posting.strongest(2).tolist()) == [1, 3]
    assert sorted(posting.strongest(9).tolist()) == [0, 1, 2, 3]


NUMBERS: Final = st.lists(st.lists(st.integers(0, 99), unique=True, max_size=5), max_size=20)


@given(NUMBERS, st.sets(st.integers(0, 99), max_size=5))
def test_lists_and_bits_tell_what_each_page_has(rows: list[list[int]], wanted: set[int]) -> None:
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    flat = np.array([value for row in rows for value in row], dtype=np.int64)
    lists, everyone = Lists.of(lengths, flat), np.arange(len(rows))
    shared = lists.shared(everyone, np.array(sorted(wanted), dtype=np.int64))
    assert shared.tolist() == [len(wanted & set(row)) for row in rows]
    counted = zip(*runs(np.sort(lists.of_places(everyone)[1])), strict=True)
    assert dict(counted) == {value: flat.tolist().count(value) for value in set(flat.tolist())}
    inverted, bits = Inverted.of(lists, 100), Bits.of(lengths, flat, 100)
    assert bits.counted(everyone, 100) == [flat.tolist().count(value) for value in range(100)]
    for value in wanted:
        having = [place for place, row in enumerate(rows) if value in row]
        assert inverted.having(value).tolist() == having
        assert np.flatnonzero(bits.having(everyone, value)).tolist() == having


@given(st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=4)), st.text(max_size=2))
def test_names_are_found_by_their_text(names: set[str], other: str) -> None:
    ordered = sorted(names, key=str.encode)
    kept = Names.of(ordered)
    assert [kept.name(number) for number in range(len(kept))] == ordered
    assert (
        kept.numbers(ordered).tolist() and set(kept.numbers(names).tolist()) == set(range(len(ordered)))
    ) or not names
    assert len(kept.numbers([other])) == (other in names)


@pytest.mark.parametrize("branches", [3, 64], ids=["in steps", "at once"])
def test_pages_of_a_service_are_found_in_the_groups_that_are_near(
    monkeypatch: pytest.MonkeyPatch, branches: int
) -> None:
    monkeypatch.setattr(vectors, "GROUP", 4)
    monkeypatch.setattr(vectors, "BRANCHES", branches)
    rng = np.random.default_rng(1)
    around = np.repeat(rng.standard_normal((20, 16)), 20, axis=0)
    rounded = Rounded.of(rng.permutation(around + 0.1 * rng.standard_normal((400, 16))))
    groups = Groups.of(np.arange(400, dtype=np.uint32), np.repeat([7, 9], 200), rounded)
    assert len(groups.services) > 40
    assert groups.having([9]).tolist() == list(range(200, 400))
    assert groups.having([9, 7, 8]).tolist() == list(range(400))
    assert groups.size([7, 8]) == 200
    vector = rounded.rows(np.array([250]))[0]
    nearest = np.sort(np.argsort(-rounded.likeness(np.arange(200, 400), vector))[:10]) + 200
    assert np.isin(nearest, groups.nearest([9], vector, 60)).mean() >= 0.8
    assert len(groups.nearest([9], vector, 60)) == 60
    assert groups.nearest([9], vector, 1000).tolist() == list(range(200, 400))


def test_pages_that_mean_the_same_are_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "GROUP", 4)
    monkeypatch.setattr(vectors, "BRANCHES", 3)
    groups = Groups.of(np.arange(100, dtype=np.uint32), np.full(100, 7), Rounded.of(np.ones((100, 16))))
    assert groups.services.tolist() == [7]
    assert groups.nearest([7], np.ones(16, dtype=np.float32), 100).tolist() == list(range(100))
