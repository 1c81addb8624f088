"""Rankings learned from outcomes: what they say, whether they are better, and that they go live only then."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from numpy.typing import NDArray

from accounts.models import Member
from engagements.models import Engagement
from marketplace.clock import utc_now
from requests.learning import live
from requests.learning.chances import Chances, estimate
from requests.learning.examples import Example, matrix, read_examples, telling
from requests.learning.fit import fit
from requests.learning.judge import Verdict, challenge, compare, ndcg, split
from requests.learning.scorer import SHIPPED_WEIGHT, LearnedScorer, shipped_part
from requests.learning.tasks import learn_ranking
from requests.learning.train import LOCK, learn
from requests.learning.trees import Malformed, Trees
from requests.matching.explain import explain
from requests.matching.features import FEATURES, NEUTRAL
from requests.matching.rank import SHIPPED, VERSION
from requests.matching.run import match
from requests.models import LearnedRanking, Match, MatchState, ServiceRequest
from services.models import Service, ServicePage
from tests import factories

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PRICE = list(FEATURES).index("price")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    live.forget()


def wishes(
    seed: int, *, requests: int = 700, noise: bool = False, turned: bool = False, chance: float = 0.1
) -> list[Example]:
    """Requests whose clients want a low price (a high one where ``turned``), more or less by ``chance``, or throw
    dice."""
    random = np.random.default_rng(seed)
    examples = []
    for _each in range(requests):
        features = random.random((10, len(FEATURES)))
        wanted = 1 - features[:, PRICE] if turned else features[:, PRICE]
        worth = random.random(10) if noise else wanted + chance * random.normal(size=10)
        grades = np.digitize(worth, [0.5, 0.7, 0.9, 0.97])
        examples.append(Example(features, grades, np.arange(10)))
    return [example for example in examples if example.tells]


def learned(examples: Sequence[Example]) -> LearnedScorer:
    return LearnedScorer("learned-1", Trees.read(fit(examples)))


def test_numpy_answers_what_lightgbm_answers() -> None:
    import lightgbm

    examples = wishes(1, requests=200)
    features = np.vstack([example.features for example in examples])
    data = lightgbm.Dataset(features, label=np.concatenate([example.grades for example in examples]))
    model = lightgbm.train({"verbosity": -1, "num_leaves": 9, "num_threads": 1}, data, 20)
    trees = Trees.read(model.dump_model())
    asked = np.random.default_rng(2).random((50, len(FEATURES)))
    assert trees.predict(asked) == pytest.approx(model.predict(asked))
    roots = sum(trees.value[root] for root in trees.roots)
    assert trees.contributions(asked).sum(axis=1) + roots == pytest.approx(trees.predict(asked))


def test_a_model_of_another_make_is_refused() -> None:
    leaf = {"leaf_value": 1.0}
    split_node = {
        "split_feature": 0,
        "threshold": 0.5,
        "decision_type": "==",
        "internal_value": 0.0,
        "left_child": leaf,
        "right_child": leaf,
    }
    for dumped in (
        {},
        {"feature_names": ["a"], "tree_info": [{"tree_structure": split_node}]},
        {"feature_names": [], "tree_info": [{"tree_structure": split_node | {"decision_type": "<="}}]},
    ):
        with pytest.raises(Malformed):
            Trees.read(dumped)


def test_what_clients_want_is_learned() -> None:
    earlier, later = split(wishes(3))
    scorer = learned(earlier)
    verdict = compare(later, SHIPPED, scorer, seen=estimate(earlier))
    assert verdict.is_better
    assert verdict.after > verdict.before + 0.1
    cheap, dear = dict.fromkeys(FEATURES, 0.6) | {"price": 0.99}, dict.fromkeys(FEATURES, 0.6) | {"price": 0.1}
    best, worst = scorer.scores(matrix([cheap, dear]))
    assert 0 < worst < best < 1
    assert max(scorer.gains(cheap), key=lambda name: scorer.gains(cheap)[name]) == "price"


def test_the_same_examples_give_the_same_ranking() -> None:
    assert fit(wishes(4, requests=100)) == fit(wishes(4, requests=100))


def challenged(examples: Sequence[Example]) -> Verdict:
    earlier, _later = split(examples)
    return challenge(examples, SHIPPED, learned(earlier), seen=estimate(earlier), learn=learned)


def test_noise_does_not_go_live() -> None:
    for seed in range(5):
        assert not challenged(wishes(seed, noise=True)).is_better


def test_a_gain_that_one_part_does_not_prove_is_proven_by_three() -> None:
    examples = wishes(5, chance=1.6)
    earlier, later = split(examples)
    alone, whole = compare(later, SHIPPED, learned(earlier), seen=estimate(earlier)), challenged(examples)
    assert (alone.is_better, whole.is_better) == (False, True)
    assert whole.judged == pytest.approx(3 * alone.judged, abs=3)


def test_what_clients_wanted_earlier_does_not_go_live() -> None:
    assert not challenged([*wishes(6), *wishes(7, requests=170, turned=True)]).is_better


def shown(
    seed: int, seen: NDArray[np.floating[Any]], *, rate: float, steep: float, requests: int = 4000
) -> list[Example]:
    """Requests shown to ten pages each, the best by the shipped weights first. ``seen`` are the places' chances.
    Something comes of about ``rate`` of the pages that are looked at, the steeper the more of the better ones."""
    random = np.random.default_rng(seed)
    examples = []
    for _each in range(requests):
        features = random.random((10, len(FEATURES)))
        scores = shipped_part(features)
        order = np.argsort(-scores)
        odds = rate / (1 - rate) * np.exp(steep * (scores[order] - SHIPPED_WEIGHT / 2))
        luck = random.random(10) / (odds / (1 + odds) * seen)
        examples.append(Example(features[order], 4 - np.digitize(luck, [0.1, 0.3, 0.6, 1]), np.arange(10)))
    return examples


ALIKE = np.ones(10)


@pytest.mark.parametrize(("rate", "steep"), [(0.3, 3), (0.1, 3), (0.03, 0)])
def test_places_that_are_looked_at_alike_are_told_to_be_alike(rate: float, steep: float) -> None:
    assert estimate(shown(1, ALIKE, rate=rate, steep=steep)) == Chances()


@pytest.mark.parametrize(("rate", "steep"), [(0.3, 3), (0.1, 3), (0.3, 0)])
@pytest.mark.parametrize("falling", [0.7, 1.5])
def test_what_stands_low_is_seldom_seen(rate: float, steep: float, falling: float) -> None:
    true = np.arange(1, 11) ** -falling
    found = estimate(shown(1, true, rate=rate, steep=steep))
    assert found.by_place == pytest.approx(true, abs=0.1)
    assert found.of(np.array([11])) == found.of(np.array([9]))


def test_a_place_that_no_page_had_is_like_the_one_above_it() -> None:
    seen = np.arange(1, 11) ** -1.0
    short = [Example(each.features[:4], each.grades[:4], each.places[:4]) for each in shown(1, seen, rate=0.3, steep=3)]
    found = estimate(short).by_place
    assert found[:4] == pytest.approx(seen[:4], abs=0.1)
    assert set(found[4:]) == {found[3]}
    assert estimate([Example(each.features[:1], each.grades[:1], each.places[:1]) for each in short]) == Chances()
    assert estimate([]) == Chances()


def test_dice_do_not_go_live_because_low_places_count_for_more() -> None:
    for seed in (2, 3):
        assert not challenged(shown(seed, ALIKE, rate=0.1, steep=0)).is_better


def test_each_part_has_its_share_of_those_that_tell() -> None:
    nothing = [Example(each.features, each.grades * 0, each.places) for each in wishes(3, requests=300)]
    told = wishes(4, requests=100)
    border = int(0.8 * len(told))
    earlier, later = split([*nothing, *told])
    assert (telling(earlier), list(later)) == (border, told[border:])
    assert fit(earlier) == fit(told[:border])
    assert split(nothing) == (nothing, [])


def test_few_requests_prove_nothing() -> None:
    assert not Verdict(judged=99, before=0.5, after=0.9, least=0.3).is_better
    assert compare([], SHIPPED, SHIPPED, seen=Chances()) == Verdict(0, 0.0, 0.0, 0.0)


def test_nothing_can_be_learned_from_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        fit([])


def test_ndcg_by_hand() -> None:
    # Grades 2, 0, 1 count 3, 0, 1; in the order 0, 1, 2 by scores.
    found = 0 + 3 / np.log2(3) + 1 / np.log2(4)
    ideal = 3 + 1 / np.log2(3)
    assert ndcg(np.array([2, 0, 1]), [0.5, 0.9, 0.1]) == pytest.approx(found / ideal)
    assert ndcg(np.array([0, 0]), [1, 2]) == 0


def test_missing_features_are_neutral() -> None:
    assert matrix([{"price": 1.0}])[0, PRICE] == 1
    assert matrix([{}]).tolist() == [[NEUTRAL] * len(FEATURES)]
    assert matrix([]).shape == (0, len(FEATURES))


# --- From the marketplace's own rows ---------------------------------------------------------------------------------


@pytest.fixture
def pages(service: Service) -> list[ServicePage]:
    members = [factories.make_member(f"provider{number}@example.com") for number in range(10)]
    return [
        factories.make_page(member, slug=f"page-{number}", title=f"Page {number}", services=[service])
        for number, member in enumerate(members)
    ]


def happened(
    client: Member, service: Service, pages: Sequence[ServicePage], examples: Sequence[Example], *, since: int = 90
) -> list[ServiceRequest]:
    """The examples as rows: requests that are closed, an hour apart since so many days ago, and what their providers
    did."""
    states = [MatchState.NOTIFIED, MatchState.VIEWED, MatchState.PROPOSED, MatchState.PROPOSED, MatchState.PROPOSED]
    requests = []
    for number in range(len(examples)):
        at = NOW - timedelta(days=since) + timedelta(hours=number)
        request = factories.make_request(client, service=service, status="expired", first_published_at=at)
        requests.append(request)
    Match.objects.bulk_create(
        Match(
            request=request,
            page=pages[place],
            rank=place + 1,
            score=0.5,
            features=dict(zip(FEATURES, example.features[place].tolist(), strict=True)) | {"version": VERSION},
            state=states[grade],
            created_at=request.first_published_at or NOW,
        )
        for request, example in zip(requests, examples, strict=True)
        for place, grade in enumerate(example.grades)
    )
    return requests


def test_a_better_ranking_goes_live_and_is_named_in_the_matches(
    clara: Member, service: Service, pages: list[ServicePage], django_assert_max_num_queries: Any
) -> None:
    happened(clara, service, pages, wishes(5, requests=620))
    assert live.scorer_in_force() is SHIPPED
    ranking = learn(now=NOW)
    assert ranking is not None
    assert ranking.won, (ranking.before, ranking.after, ranking.least_gain)
    assert ranking.against == VERSION
    assert live.version_in_force() == ranking.version
    with django_assert_max_num_queries(3):
        live.scorer_in_force()
    request = factories.make_request(clara, service=service, status="open", published_at=utc_now(), matching="pending")
    assert match(request.pk, now=utc_now()) == 10
    stored = Match.objects.filter(request=request)
    assert {each.features["version"] for each in stored} == {ranking.version}
    assert all(0 < each.score < 1 for each in stored)
    assert all(explain(each.features) for each in stored)


def test_learning_again_waits_for_news_and_two_workers_do_not_do_the_same(
    clara: Member, service: Service, pages: list[ServicePage]
) -> None:
    happened(clara, service, pages, wishes(6, requests=560))
    first = learn(now=NOW)
    assert first is not None
    assert learn(now=NOW + timedelta(days=1)) is None
    again = learn(now=NOW + timedelta(days=1), anyway=True)
    assert again is not None and again.against == (first.version if first.won else VERSION)
    assert LearnedRanking.objects.count() == 2


def test_it_looks_once_a_day_whatever_came_of_it(clara: Member, service: Service, pages: list[ServicePage]) -> None:
    assert learn(now=NOW) is None
    happened(clara, service, pages, wishes(6, requests=560))
    assert learn(now=NOW + timedelta(hours=23)) is None
    assert learn(now=NOW + timedelta(hours=24)) is not None


def test_requests_that_tell_nothing_are_read_and_not_counted(
    clara: Member, service: Service, pages: list[ServicePage]
) -> None:
    examples = wishes(6, requests=560)
    nothing = [Example(each.features, each.grades * 0, each.places) for each in examples[:100]]
    happened(clara, service, pages, [*examples, *nothing])
    read = read_examples(now=NOW)
    assert (len(read), telling(read)) == (len(examples) + 100, len(examples))
    ranking = learn(now=NOW)
    assert ranking is not None
    assert ranking.learned_from == int(0.8 * len(examples))
    assert ranking.learned_until == max(each.at for each in read if each.tells)


def test_what_is_new_is_told_by_its_time_and_not_by_the_number(
    clara: Member, service: Service, pages: list[ServicePage]
) -> None:
    oldest = happened(clara, service, pages, wishes(6, requests=560))[:80]
    first = learn(now=NOW)
    assert first is not None
    Match.objects.filter(request__in=oldest).delete()
    happened(clara, service, pages, wishes(7, requests=80), since=20)
    again = learn(now=NOW + timedelta(days=1))
    assert again is not None
    assert again.learned_from + again.judged <= first.learned_from + first.judged


def test_what_clients_do_not_want_any_more_is_retired(
    clara: Member, service: Service, pages: list[ServicePage], client: Client, ada: Member
) -> None:
    happened(clara, service, pages, wishes(5, requests=620))
    first = learn(now=NOW)
    assert first is not None and first.won
    live.pin(first.version)
    happened(clara, service, pages, wishes(8, requests=640, turned=True), since=30)
    again = learn(now=NOW + timedelta(days=1))
    first.refresh_from_db()
    assert first.retired_at == NOW + timedelta(days=1)
    assert again is not None and again.against == VERSION
    assert live.version_in_force() == first.version, "The host's hand is left alone."
    live.pin("")
    assert live.version_in_force() == (again.version if again.won else VERSION)


def test_what_beats_only_the_pinned_ranking_does_not_win(
    clara: Member, service: Service, pages: list[ServicePage]
) -> None:
    happened(clara, service, pages, wishes(5, requests=620))
    first = learn(now=NOW)
    assert first is not None and first.won
    live.pin(VERSION)
    again = learn(now=NOW + timedelta(days=1), anyway=True)
    assert again is not None
    assert (again.against, again.won) == (first.version, False)
    live.pin("")
    assert live.version_in_force() == first.version


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_does_nothing(clara: Member, service: Service) -> None:
    import psycopg

    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        assert learn(now=NOW, anyway=True) is None


def _parameters() -> dict[str, Any]:
    found = connection.get_connection_params()
    return {name: found[name] for name in ("dbname", "user", "password", "host", "port") if found.get(name)}


def test_too_few_outcomes_teach_nothing(clara: Member, service: Service, pages: list[ServicePage]) -> None:
    happened(clara, service, pages, wishes(7, requests=30))
    assert learn(now=NOW) is None
    learn_ranking()
    assert not LearnedRanking.objects.exists()


def test_outcomes_are_graded_by_what_came_of_them(
    clara: Member, service: Service, pages: list[ServicePage], settled_engagement: Engagement
) -> None:
    (example,) = read_examples(now=utc_now())
    assert max(example.grades) == 5
    assert sorted(example.grades)[0] == 0


@pytest.fixture
def settled_engagement(clara: Member, service: Service, pages: list[ServicePage]) -> Engagement:
    """A request of Clara's: the first page was hired and well reviewed, the second never looked."""
    engagement = factories.make_review(pages[0], 5, client=clara).engagement
    for place, page in enumerate(pages[:2]):
        Match.objects.get_or_create(
            request=engagement.request, page=page, defaults={"rank": place + 1, "score": 0.5, "features": {}}
        )
    return engagement


def test_an_open_request_is_not_settled(clara: Member, service: Service, pages: list[ServicePage]) -> None:
    examples = wishes(8, requests=2)
    requests = happened(clara, service, pages, examples)
    assert len(read_examples(now=NOW)) == len(examples)
    ServiceRequest.objects.filter(pk=requests[0].pk).update(status="open", first_published_at=NOW - timedelta(days=3))
    assert len(read_examples(now=NOW)) == len(examples) - 1
