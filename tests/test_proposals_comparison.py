"""What speaks for a proposal: for each feature a pair of inputs, of which the better one must score higher."""

import pytest

from requests.comparison.features import FEATURES, Asked, Offer, measure
from requests.comparison.rank import AGAINST, FOR, WEIGHTS, reasons, score

ASKED = Asked(budget=1000, days=30, questions=2)
PAIRS = {
    "fit": (Offer(fit=0.9), Offer(fit=0.3)),
    "price": (Offer(price=800), Offer(price=1600)),
    "time": (Offer(days=20), Offer(days=60)),
    "rating": (Offer(rating_sum=48, rating_count=10), Offer(rating_sum=5, rating_count=1)),
    "experience": (Offer(wins=4), Offer()),
    "answers": (Offer(answered=2), Offer(answered=1)),
    "own_words": (Offer(), Offer(similarity=0.7)),
}


@pytest.mark.parametrize("name", FEATURES)
def test_the_better_one_scores_higher(name: str) -> None:
    better, worse = (measure(offer, ASKED) for offer in PAIRS[name])
    assert better[name] > worse[name]
    assert score(better) > score(worse)


def test_every_feature_has_a_weight_and_words() -> None:
    assert set(FEATURES) == set(WEIGHTS) == set(FOR)
    assert set(AGAINST) < set(FEATURES)


@pytest.mark.parametrize("offer", [offer for pair in PAIRS.values() for offer in pair] + [Offer(price=10**9)])
def test_features_stay_within_bounds(offer: Offer) -> None:
    for asked in (ASKED, Asked(), Asked(usual=500), Asked(hourly=True, budget=50)):
        assert all(0 <= value <= 1 for value in measure(offer, asked).values())


def test_reasons_follow_the_features() -> None:
    good, bad = reasons(measure(Offer(fit=0.9, price=2500, days=200, answered=2), ASKED))
    assert good == ["Fits what you ask for", "Answers your questions"]
    assert bad == ["Priced high", "Later than you asked for, or no time named"]


@pytest.mark.parametrize(("price", "words"), [(999, "Well priced"), (1000, "Well priced"), (1001, None), (1200, None)])
def test_only_a_price_within_the_budget_speaks_for_an_offer(price: float, words: str | None) -> None:
    good, bad = reasons(measure(Offer(price=price, days=30), ASKED))
    assert ("Well priced" in good) == (words is not None)
    assert ("Priced high" in bad) == (words is None)


def test_a_price_by_the_hour_is_not_held_against_a_fixed_budget() -> None:
    assert measure(Offer(price=50, hourly=True), ASKED)["price"] == 0.5
