"""What an unknown word may be a misspelling of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.slips import is_form, may_be, slips


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("photograpi", "photographi"),
        ("pfotographi", "photographi"),
        ("plubmer", "plumber"),
        ("lgo", "logo"),
        ("partz", "part"),
        ("hochzeitsfotografi", "fotografi"),
        ("shipbuild", "build"),
    ],
)
def test_a_slip_or_two_and_compounds(typed: str, known: str) -> None:
    assert may_be(typed, known)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("glycometabol", "glycol"),
        ("telesal", "tele"),
        ("hindranc", "hind"),
        ("brien", "bric"),
        ("daylight", "nighttim"),
    ],
)
def test_what_is_merely_alike(typed: str, known: str) -> None:
    assert not may_be(typed, known)


def test_forms_and_words_cut_short() -> None:
    assert is_form("internship", "intern")
    assert is_form("cond", "condit")
    for typed, known in (("hour", "hous"), ("daylight", "light"), ("art", "arti"), ("telesal", "tele")):
        assert not is_form(typed, known)


def test_slips_by_hand() -> None:
    assert slips("", "abc") == 3
    assert slips("form", "from") == 1
    assert slips("kitten", "sitting") == 3
    # The restricted distance: a letter that was changed with its neighbour is not changed again.
    assert slips("ca", "abc") == 3


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_slips_are_a_distance(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


@given(*[st.text("abc", max_size=5)] * 4)
def test_what_both_words_begin_and_end_with_is_no_slip(one: str, other: str, beginning: str, ending: str) -> None:
    assert slips(beginning + one + ending, beginning + other + ending) == slips(one, other)
