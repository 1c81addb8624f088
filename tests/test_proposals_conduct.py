"""How many proposals a day a provider may make, and which texts count as copies."""

from datetime import timedelta

import pytest

from requests.duplicates.shingles import ALIKE, containment, shingles
from requests.rules.conduct import Conduct, daily_limit

DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("conduct", "limit"),
    [
        (Conduct(age=0 * DAYS), 5),
        (Conduct(age=29 * DAYS), 5),
        (Conduct(age=30 * DAYS), 10),
        (Conduct(age=1 * DAYS, wins=1), 10),
        (Conduct(age=30 * DAYS, wins=2), 15),
        (Conduct(age=1 * DAYS, wins=3), 20),
        (Conduct(age=999 * DAYS, wins=9), 20),
        (Conduct(age=999 * DAYS, wins=9, copies=4), 20),
        (Conduct(age=999 * DAYS, wins=9, copies=5), 5),
        (Conduct(age=999 * DAYS, wins=9, off_topic=3), 5),
    ],
)
def test_the_limit_grows_with_good_conduct(conduct: Conduct, limit: int) -> None:
    assert daily_limit(conduct, least=5, most=20) == limit


TEXT = (
    "I have designed logos for bakeries and bookshops since 2015. You get three drafts within ten days, two rounds of "
    "changes, and all files for print and screen. My price is 800 euros, and I start on Monday."
)
OTHER = (
    "Our studio builds brands from the ground up: research first, then a workshop with your team, and only then the "
    "first sketches. We are three people in Vienna, and one of us is always there for you."
)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.upper(),
        TEXT.replace("2015", "1999").replace("800", "450"),
        "Dear Clara, " + TEXT + " I hope to hear from you soon, and wish you a good week. Kind regards, Paul",
        TEXT[: len(TEXT) // 2],
        " ".join(reversed(TEXT.split(". "))),
        TEXT.replace("logos", "emblems").replace("drafts", "sketches").replace("price", "fee"),
        TEXT + " " + OTHER,
    ],
)
def test_copies_are_alike(copy: str) -> None:
    assert containment(shingles(TEXT), shingles(copy)) >= ALIKE


@pytest.mark.parametrize("other", [OTHER, "", "I have designed logos.", "!!! … 42"])
def test_other_texts_are_not(other: str) -> None:
    assert containment(shingles(TEXT), shingles(other)) < ALIKE
