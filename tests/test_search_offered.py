"""The services that are offered for what was typed, and when one of them is meant clearly."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from services.catalogue.files import read
from services.catalogue.load import DATA
from services.models import Service
from services.search import meant
from services.search.alike import Lexicon, plain_words
from services.search.offered import offered
from services.search.wording import Known, Wording
from services.sentence import catalogue
from tests import factories

Api = Callable[[Member | None], APIClient]
SENTENCES = Path(__file__).resolve().parent.parent / "bench" / "data"


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """No catalogue of another test is remembered."""
    for module in (meant, catalogue):
        module.forget()
    yield
    for module in (meant, catalogue):
        module.forget()


class TestAlike:
    """Words that are taken for others."""

    @pytest.mark.parametrize(
        ("word", "known"),
        [
            ("translate", "translation"),
            ("translating", "translation"),
            ("photografer", "photographer"),
            ("plummer", "plumber"),
            ("acountant", "accountant"),
            ("taxes", "tax"),
            ("websit", "website"),
            ("Übersetzungen", "ubersetzung"),
        ],
    )
    def test_forms_and_misspellings(self, word: str, known: str) -> None:
        lexicon = Lexicon([known, "gardening", "lawyer"])
        (number, likeness), *others = lexicon.alike(plain_words(word)[0])
        assert lexicon.words[number] == known
        assert 0.5 < likeness < 1
        assert others == []

    @pytest.mark.parametrize(
        ("word", "known"), [("car", "care"), ("art", "cart"), ("seo", "ceo"), ("music", "museum"), ("pet", "petition")]
    )
    def test_other_words_are_not_alike(self, word: str, known: str) -> None:
        assert Lexicon([known]).alike(word) == ()

    def test_the_word_itself_comes_first(self) -> None:
        lexicon = Lexicon(["cleaner", "cleaning", "clean"])
        found = lexicon.alike("cleaning")
        assert (lexicon.words[found[0][0]], found[0][1]) == ("cleaning", 1)
        assert {lexicon.words[number] for number, _likeness in found} == {"cleaner", "cleaning", "clean"}


class TestWording:
    """What words are worth."""

    WORDING = Wording(
        [
            Known(1, ["Logo design", "logo"], ["Typography"]),
            Known(2, ["Web design", "Website"], ["Typography", "CSS"]),
            Known(3, ["Aide à domicile"], ["Cooking"]),
            Known(4, ["Coiffure à domicile"], ["Colour"]),
        ]
    )

    def test_a_whole_name_is_worth_more_than_a_piece_of_one(self) -> None:
        worded = self.WORDING.of("web design", "web design")
        assert worded.worth.argmax() == 1
        assert worded.worth[1] > worded.worth[0] > worded.worth[2] == 0
        assert worded.part.tolist() == pytest.approx([0.5, 1, 0, 0], abs=0.2)
        assert worded.is_spoken.tolist() == [False, True, False, False]

    def test_what_it_is_weighs_more_than_for_whom(self) -> None:
        worded = self.WORDING.of("logo for my website", "logo")
        assert worded.worth[0] > worded.worth[1] > 0
        assert self.WORDING.of("website with a logo", "website").worth.argmax() == 1

    def test_skills_count_less_than_names(self) -> None:
        worded = self.WORDING.of("css", "css")
        assert 0 < worded.worth[1] < self.WORDING.of("website", "website").worth[1]
        assert worded.part[1] == 0

    def test_little_words_belong_to_a_name_but_say_nothing_alone(self) -> None:
        worded = self.WORDING.of("quelqu'un à domicile", "")
        assert worded.part.max() < 0.7
        assert self.WORDING.of("une aide à domicile", "").part.argmax() == 2

    def test_it_bears_whatever_is_typed(self) -> None:
        for text in ("", "   ", "%_\\'\"", "\ud800", "😀 🎹", "a" * 500, "и ещё", "﷽" * 60):
            assert self.WORDING.of(text, text).worth.tolist() == [0, 0, 0, 0]


class TestOffered:
    """With the catalogue as it ships."""

    @pytest.mark.parametrize(
        ("text", "slug"),
        [
            ("piano lessons for my 8 year old daughter", "piano-lessons"),
            ("Fix my WordPress site", "wordpress-development"),
            ("deep tissue massage at home", "massage-therapy"),
            ("cours de chant pour adulte", "singing-lessons"),
            ("Waschmaschine schleudert nicht mehr", "appliance-repair"),
            ("roof leak after the storm", "roofing"),
            ("plummer needed", "plumbing"),
            ("Bäckerei sucht jemanden für eine Hochzeitstorte", "baking-cakes"),
            ("logo for a yoga studio", "logo-design"),
            ("need someone to fix my sink", "plumbing"),
            ("my faucet is dripping", "plumbing"),
            ("start a company", "company-formation"),
            ("passport photo", "portrait-photography"),
            ("move piano", "home-moving"),
            ("plumer", "plumbing"),
        ],
    )
    def test_the_likeliest_is_first(self, db: None, text: str, slug: str) -> None:
        found = offered(text)
        assert found[0].service == Service.objects.get(slug=slug).pk
        assert len(found) <= 3
        assert [offer.score for offer in found] == sorted((offer.score for offer in found), reverse=True)

    @pytest.mark.parametrize("text", ["tax return", "Steuererklärung", "a wedding photographer please", "locksmith"])
    def test_a_name_that_is_said_is_clear(self, db: None, text: str) -> None:
        first, *others = offered(text)
        assert first.is_clear and first.is_spoken
        assert not any(offer.is_clear for offer in others)

    @pytest.mark.parametrize(
        "text", ["rent a flat", "sell my old iphone", "something for my mother", "lessons", "care"]
    )
    def test_what_may_be_several_things_or_none_is_not_clear(self, db: None, text: str) -> None:
        assert not any(offer.is_clear for offer in offered(text))

    @pytest.mark.parametrize("text", ["", "hello", "asdf qwerty", "?!", "500 € 🙂", "something for my wife"])
    def test_nothing_is_offered_for_nothing(self, db: None, text: str) -> None:
        assert offered(text) == []

    def test_it_asks_the_database_once(self, db: None, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            offered("piano lessons")
        with django_assert_num_queries(0):
            offered("guitar lessons")

    def test_a_new_service_of_the_host_is_offered(self, db: None) -> None:
        made = factories.make_service("zeppelin-rides", synonyms=["airship flight"])
        assert offered("a flight by airship over the lake")[0].service == made.pk

    def test_a_retired_one_is_not(self, db: None) -> None:
        Service.objects.filter(slug="locksmith").update(is_active=False)
        assert Service.objects.get(slug="locksmith").pk not in {offer.service for offer in offered("locksmith")}

    @pytest.mark.parametrize(
        "text", ["Übersetzung Deutsch Englisch", "traduction français anglais", "translate german to english"]
    )
    def test_languages_of_a_translation_are_no_lessons(self, api: Api, db: None, text: str) -> None:
        found = api(None).get("/api/v1/sentence/", {"q": text}).json()
        slugs = [service["slug"] for service in found["services"]]
        assert slugs[0] == "document-translation"
        assert not [slug for slug in slugs if slug.endswith("-lessons")]

    def test_the_api_offers_but_sets_only_what_is_clear(self, api: Api, db: None) -> None:
        found = api(None).get("/api/v1/sentence/", {"q": "lessons in Berlin"}).json()
        assert 1 < len(found["services"]) <= 3
        assert not found["service_is_clear"]
        assert "service" not in found["request"] and "service" not in found["search"]
        found = api(None).get("/api/v1/sentence/", {"q": "Klavierunterricht in Berlin"}).json()
        assert found["service_is_clear"]
        assert found["request"]["service"] == found["search"]["service"] == "piano-lessons"


def test_the_labelled_sentences_name_services_of_the_catalogue() -> None:
    slugs = {service.slug for group in read(DATA) for service in group.services}
    texts: list[str] = []
    for part in ("developing", "reporting", "later"):
        with (SENTENCES / f"sentences_{part}.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        assert {name for row in rows for name in row["services"].split()} <= slugs
        assert {row["language"] for row in rows} == {"en", "de", "es", "fr"}
        texts += [row["text"] for row in rows]
    assert len(texts) == len(set(texts)) >= 300
