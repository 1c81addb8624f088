"""Ranking, choosing and explaining, with tables of inputs: no database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests.matching.explain import TEXTS, explain
from requests.matching.fairness import choose, is_due
from requests.matching.features import FEATURES, NEUTRAL, Facts, Subject, Wanted, measure, named
from requests.matching.rank import SHIPPED, WEIGHTS, WeightedMean, gains_of, rank, remembered, score
from services.search.candidate import Candidate

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=400)
CANDIDATE = Candidate(
    page_id=UUID(int=1),
    member_id=UUID(int=2),
    similarity=0.5,
    words=0.2,
    distance_km=None,
    rate_eur=50.0,
    pricing="hourly",
    shared_languages=1,
    shared_skills=2,
    rating=4.5,
    rating_count=10,
    hours_per_week=20,
    first_published_at=OLD,
)
WANTED = Wanted(budget_eur=60.0, hourly=True, on_site=False, languages=1, skills=6, now=NOW)
FACTS = Facts(last_matched_at=NOW - timedelta(days=1), leads_30_days=5)


def subject(*, facts: Facts = FACTS, wanted: Wanted = WANTED, **fields: Any) -> Subject:
    """A candidate like ``CANDIDATE``, but for these fields."""
    return Subject(CANDIDATE._replace(**fields), facts, wanted)


def measured(subjects: Sequence[Subject]) -> list[dict[str, float]]:
    """Their features by name."""
    return [named(row) for row in measure(subjects)]


BETTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("meaning", {"similarity": 0.7}, {"similarity": 0.3}),
    ("words", {"words": 0.4}, {"words": 0.0}),
    ("skills", {"shared_skills": 4}, {"shared_skills": 0}),
    ("price", {"rate_eur": 40.0}, {"rate_eur": 90.0}),
    ("price", {"pricing": "contact"}, {"rate_eur": 110.0}),
    ("language", {"shared_languages": 1}, {"shared_languages": 0}),
    ("rating", {"rating": 4.9}, {"rating": 3.5}),
    ("rating", {"rating": 4.9, "rating_count": 50}, {"rating": 5.0, "rating_count": 1}),
    ("availability", {"hours_per_week": 30}, {"hours_per_week": 5}),
    ("freshness", {"first_published_at": NOW}, {"first_published_at": OLD}),
    ("responsiveness", {"facts": Facts(acceptance=0.9)}, {"facts": Facts(acceptance=0.1)}),
    ("turn", {"facts": Facts(leads_30_days=0)}, {"facts": Facts(leads_30_days=40)}),
    (
        "distance",
        {"distance_km": 2.0, "wanted": replace(WANTED, on_site=True)},
        {"distance_km": 45.0, "wanted": replace(WANTED, on_site=True)},
    ),
]


@pytest.mark.parametrize(("name", "better", "worse"), BETTER)
def test_each_feature_prefers_the_better(name: str, better: dict[str, Any], worse: dict[str, Any]) -> None:
    [good], [bad] = measured([subject(**better)]), measured([subject(**worse)])
    assert good[name] > bad[name]
    assert score(good) > score(bad)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is slow, not the strategy
@given(
    st.builds(
        Candidate,
        page_id=st.just(UUID(int=1)),
        member_id=st.just(UUID(int=2)),
        similarity=st.floats(0, 1),
        words=st.floats(0, 1),
        distance_km=st.none() | st.floats(0, 20_000),
        rate_eur=st.none() | st.floats(0, 1e9),
        pricing=st.sampled_from(["hourly", "starting", "packages", "contact"]),
        shared_languages=st.integers(0, 5),
        shared_skills=st.integers(0, 20),
        rating=st.none() | st.floats(1, 5),
        rating_count=st.integers(0, 10_000),
        hours_per_week=st.none() | st.integers(1, 168),
        first_published_at=st.integers(0, 2500).map(lambda days: NOW - timedelta(days=days)),
    )
)
def test_features_and_scores_stay_between_0_and_1(candidate: Candidate) -> None:
    [features] = measured([Subject(candidate, FACTS, WANTED)])
    assert set(features) == set(FEATURES) == set(WEIGHTS)
    assert all(0 <= value <= 1 for value in features.values())
    assert 0 <= score(features) <= 1


def test_side_by_side_they_measure_as_alone() -> None:
    unlike = [
        subject(**{name: value for name, value in changes.items() if name != "wanted"})
        for _name, better, worse in BETTER
        for changes in (better, worse)
    ]
    nothing: dict[str, Any] = dict.fromkeys(("rate_eur", "distance_km", "rating", "hours_per_week"))
    unknown = subject(**nothing, rating_count=0, words=0.1, shared_skills=1, facts=Facts())
    everybody = [*unlike, unknown]
    assert measured(everybody) == [measured([each])[0] for each in everybody]
    neutral = {name for name, value in measured([unknown])[0].items() if value == NEUTRAL}
    assert neutral == {"price", "distance", "responsiveness", "availability"}
    assert measured([]) == []


def test_ties_are_broken_the_same_way_for_the_same_request() -> None:
    subjects = [subject(page_id=UUID(int=number)) for number in range(20)]
    first = [each.page_id for each in rank(subjects, seed="a")]
    assert first == [each.page_id for each in rank(subjects[::-1], seed="a")]
    assert first != [each.page_id for each in rank(subjects, seed="b")]


def test_every_feature_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="weight"):
        WeightedMean("half", {"meaning": 1.0})


@pytest.mark.parametrize(
    ("first_published_at", "last_matched_at", "due"),
    [
        (NOW - timedelta(days=29), NOW, True),
        (NOW - timedelta(days=30), NOW, False),
        (OLD, None, True),
        (OLD, NOW - timedelta(days=14), True),
        (OLD, NOW - timedelta(days=13), False),
    ],
)
def test_who_is_due(first_published_at: datetime, last_matched_at: datetime | None, due: bool) -> None:
    facts = Facts(last_matched_at=last_matched_at)
    assert is_due(subject(first_published_at=first_published_at, facts=facts)) is due


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 12))
def test_a_wave_keeps_a_fifth_for_those_who_are_due(due: list[bool], size: int) -> None:
    subjects = [
        subject(page_id=UUID(int=number), similarity=0.8 - number / 200, facts=Facts() if is_new else FACTS)
        for number, is_new in enumerate(due)
    ]
    ranked = rank(subjects, seed="")
    places = choose(ranked, size=size)
    chosen = {place.ranked.page_id for place in places}
    assert len(places) == len(chosen) == min(size, len(due))
    assert sum(is_due(place.ranked.subject) for place in places) >= min(sum(due), -(-size // 5), len(due))
    scores = [place.ranked.score for place in places]
    assert scores == sorted(scores, reverse=True)
    if not any(place.reserved for place in places):
        assert chosen == {each.page_id for each in ranked[:size]}


def test_reasons_name_what_helped_most() -> None:
    [features] = measured([subject(similarity=0.8, words=0.0, rating=4.9, rating_count=80)])
    reasons = explain(features)
    assert [reason["feature"] for reason in reasons][:2] == ["service", "meaning"]
    assert "words" not in [reason["feature"] for reason in reasons]
    assert all(reason["text"] for reason in reasons)
    assert explain(features, asked=True)[0]["feature"] == "invited"
    assert explain(features, reserved=True)[1]["feature"] == "reserved"
    assert explain({})[0]["feature"] == "service"
    assert set(WEIGHTS) < set(TEXTS)


@pytest.mark.parametrize(("rating", "count", "is_told"), [(0.0, 0, False), (4.2, 9, False), (4.8, 3, True)])
def test_only_pages_with_good_reviews_are_called_rated_well(rating: float, count: int, is_told: bool) -> None:
    [features] = measured([subject(similarity=0.0, words=0.0, rating=rating, rating_count=count)])
    assert ("rating" in [reason["feature"] for reason in explain(features)]) is is_told


def test_a_match_keeps_what_its_reasons_need() -> None:
    """What each feature added is kept only where the name of the ranking does not tell."""
    [shipped] = rank([subject(similarity=0.9)], seed="")
    kept = remembered(shipped)
    assert kept == {**shipped.features, "version": SHIPPED.version}
    assert gains_of(kept) == SHIPPED.gains(shipped.features)
    other = WeightedMean("trial-1", {**dict.fromkeys(FEATURES, 0.0), "price": 1.0})
    [tried] = rank([subject(similarity=0.9)], seed="", scorer=other)
    assert gains_of(remembered(tried)) == other.gains(tried.features) != SHIPPED.gains(tried.features)
    assert [reason["feature"] for reason in explain(remembered(tried))] == ["service", "price"]
