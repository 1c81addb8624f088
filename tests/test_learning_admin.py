"""Who chooses among learned rankings, and what stands beside them in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from requests.learning import live
from requests.learning.train import KEPT, forget_old
from requests.matching.features import FEATURES
from requests.matching.rank import SHIPPED, VERSION
from requests.models import LearnedRanking
from sitesettings.models import SiteSettings

LIST = "admin:requests_learnedranking_changelist"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    live.forget()


def stored(version: str, *, won: bool) -> LearnedRanking:
    trees = {"feature_names": list(FEATURES), "tree_info": [{"tree_structure": {"leaf_value": 0.0}}]}
    return LearnedRanking.objects.create(
        version=version,
        against=VERSION,
        learned_from=800,
        judged=200,
        before=0.5,
        after=0.6 if won else 0.4,
        least_gain=0.05 if won else -0.1,
        won=won,
        trees=trees,
    )


def test_the_host_pins_and_lets_results_decide_again(client: Client, ada: Member) -> None:
    stored("learned-a", won=True)
    loser = stored("learned-b", won=False)
    assert live.version_in_force() == "learned-a"
    client.force_login(ada)
    page = client.get(reverse(LIST))
    assert "learned-a" in page.text and "learned-b" in page.text
    assert "Ranking in force: learned-a" in page.text

    def act(action: str, *rankings: LearnedRanking) -> str:
        ticked = {"action": action, "_selected_action": [ranking.pk for ranking in rankings]}
        return client.post(reverse(LIST), ticked, follow=True).text

    assert "learned-b" in act("pin", loser)
    assert live.version_in_force() == "learned-b" == live.scorer_in_force().version
    stored("learned-c", won=True)
    assert live.version_in_force() == "learned-b"
    act("pin_shipped", loser)
    assert live.scorer_in_force() is SHIPPED
    act("let_results_decide", loser)
    assert live.version_in_force() == "learned-c"
    assert "Tick one ranking" in act("pin", *LearnedRanking.objects.all())
    assert SiteSettings.current().ranking == ""


def test_old_rankings_go_but_not_the_one_behind_the_pin(db: None) -> None:
    stored("learned-a", won=True)
    pinned = stored("learned-b", won=False)
    live.pin(pinned.version)
    for number in range(KEPT + 1):
        stored(f"learned-c{number}", won=False)
    forget_old()
    live.pin("")
    assert live.version_in_force() == "learned-a"
    assert LearnedRanking.objects.filter(pk=pinned.pk).exists()
    assert LearnedRanking.objects.count() == KEPT + 2


def test_a_ranking_of_other_features_is_left_alone(db: None) -> None:
    ranking = stored("learned-old", won=True)
    ranking.trees["feature_names"] = list(FEATURES)[1:]
    ranking.save()
    assert live.scorer_in_force() is SHIPPED
    assert live.version_in_force() == VERSION
    live.pin("learned-old")
    assert live.scorer_in_force() is SHIPPED


def test_a_pinned_ranking_that_is_gone_leaves_the_shipped_weights(db: None) -> None:
    live.pin("learned-gone")
    assert live.scorer_in_force() is SHIPPED


def test_others_do_not_get_there(client: Client, paul: Member) -> None:
    assert client.get(reverse(LIST)).status_code == 302
    client.force_login(paul)
    assert client.get(reverse(LIST)).status_code == 302


def test_what_concerns_no_single_ranking_needs_none_ticked(client: Client, ada: Member, sam: Member) -> None:
    client.force_login(ada)
    assert "once there are 500" in client.get(reverse(LIST)).text
    stored("learned-a", won=True)
    for action, expected in (("pin_shipped", SHIPPED.version), ("let_results_decide", "learned-a")):
        assert f"In force: {expected}." in client.post(reverse(LIST), {"action": action}, follow=True).text
        assert live.version_in_force() == expected
    client.force_login(sam)
    client.post(reverse(LIST), {"action": "pin_shipped"})
    assert live.version_in_force() == "learned-a"


def test_staff_see_what_a_ranking_asks_for(client: Client, ada: Member) -> None:
    ranking = stored("learned-a", won=True)
    leaf = {"leaf_value": 0.0}

    def split(feature: str, left: object, right: object) -> dict[str, object]:
        asked = {"split_feature": list(FEATURES).index(feature), "threshold": 0.5, "decision_type": "<="}
        return asked | {"internal_value": 0.0, "left_child": left, "right_child": right}

    tree = split("meaning", split("meaning", leaf, split("price", leaf, leaf)), split("meaning", leaf, leaf))
    ranking.trees["tree_info"] = [{"tree_structure": tree}]
    ranking.save()
    client.force_login(ada)
    shown = client.get(reverse("admin:requests_learnedranking_change", args=[ranking.pk])).text
    assert "meaning 75 %, price 25 %" in shown
