"""Letters typed at random find nothing, rare and misspelled words of four languages are taken for words, and what is
found without any of the words says so."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from services.models import ServicePage
from services.search import meant
from services.search.embedding.letters import Letters
from services.search.embedding.static import EARLIER, StaticEmbedder
from services.search.statistics import count_words
from tests import factories

URL = "/api/v1/services/"
Api = Callable[[Member | None], APIClient]
NONSENSE = [
    *("qqzzxx", "asdfgh", "asdf jkl", "xkcdqw", "hjkl", "fghfgh", "dfgdfgdfg", "sdfsdf", "lkjhg", "zzzzzz", "aaaaaa"),
    *("gfdsa", "wxcvbn", "bvcxyz", "ghjkghjk", "poiuzt qqq", "mnbvcxy", "kjhgfdsa", "zxcvbnm", "pqrstvwx 7x7q"),
    *("ыва ывапр", "צגכד"),
]
RARE = [
    *("angiogenesis", "upholsterer", "scrivener", "reupholstering", "toastmaster", "glassblowing", "farrier"),
    *("plummer", "acountant", "electrican", "fotographer", "websit desing", "accomodation", "carpentar"),
    *("webflow", "kubernetes", "shopware", "woocommerce", "quickbooks", "mailchimp", "squarespace"),
    *("Badezimmersanierung", "Steuererklärung", "Wärmepumpenwartung", "Parkettschleifen", "Ölwechsel"),
    *("Nachhilfe", "Arztpraxis", "Hundefriseur", "Klempner", "Entrümpelung", "Rechtsanwaltsfachangestellte"),
    *("fontanería", "desatascos", "impermeabilización", "albañilería", "cerrajero", "guardamuebles"),
    *("carrelage", "plaquiste", "débouchage", "ramonage", "serrurerie", "désembouage", "paysagiste"),
]


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_means_nothing(static: StaticEmbedder, text: str) -> None:
    assert not static.embed([text]).any()


@pytest.mark.parametrize("text", RARE)
def test_rare_and_misspelled_words_mean_something(static: StaticEmbedder, text: str) -> None:
    assert static.embed([text]).any()


def test_nonsense_beside_words_changes_nothing(static: StaticEmbedder) -> None:
    alone, beside = static.embed(["fix a leaking pipe", "fix a leaking pipe qqzzxx"])
    assert (alone == beside).all()


@pytest.mark.parametrize(
    ("word", "least", "most"), [("photographer", 1, 1), ("Hochzeitsfotografin", 0.3, 0.8), ("xkcdqw", 0, 0), ("", 0, 0)]
)
def test_how_much_of_a_word_is_known(static: StaticEmbedder, word: str, least: float, most: float) -> None:
    assert least <= static.known(word) <= most
    assert 0 <= StaticEmbedder(table=EARLIER["static-2026-2"]).known(word) <= 1


def test_letters_of_words_are_likelier_than_any() -> None:
    letters = Letters(["garden", "gardener", "hardened", "warden", "pardon"])
    assert letters.evidence("harden") > 0 > letters.evidence("xqzkw")
    assert letters.evidence("сад") < 0


@pytest.fixture
def pages(db: None) -> dict[str, ServicePage]:
    meant.forget()
    plumbing = factories.make_service("pipe-repair", name="Pipe repair", synonyms=["plumber", "leaking tap"])
    lettering = factories.make_service("hand-lettering", name="Hand lettering", synonyms=["calligraphy"])
    made = {
        "pipes": factories.make_page(services=[plumbing], title="Pipes and taps", about="Leaks, boilers and drains."),
        "letters": factories.make_page(services=[lettering], title="Letters for weddings", about="Invitations by pen."),
    }
    count_words()
    return made


@pytest.mark.parametrize("text", ["qqzzxx", "asdfgh jkl", "xkcdqw"])
def test_a_search_for_nonsense_finds_nothing_and_says_so(
    pages: dict[str, ServicePage], api: Api, client: Any, text: str
) -> None:
    answer = api(None).get(URL, {"q": text}).json()
    assert (answer["results"], answer["total"], answer["words_found"]) == ([], 0, None)
    page = client.get("/services/", {"q": text}).content.decode()
    assert "Nothing found" in page and "These have some of them" not in page


def test_what_is_found_by_its_meaning_alone_says_so(pages: dict[str, ServicePage], api: Api, client: Any) -> None:
    answer = api(None).get(URL, {"q": "Rohrbruch Wasserrohr"}).json()
    assert answer["words_found"] == "none"
    [result] = answer["results"]
    assert result["slug"] == pages["pipes"].slug
    assert not any("words" in reason for reason in result["explanation"]) and result["explanation"]
    page = client.get("/services/", {"q": "Rohrbruch Wasserrohr"}).content.decode()
    assert "None of these has your words. They are what comes nearest to them in meaning." in page
    assert "have some of them" not in page


def test_one_word_that_nobody_uses(pages: dict[str, ServicePage], client: Any) -> None:
    page = client.get("/services/", {"q": "Rohrbruch"}).content.decode()
    assert "None of these has your word. They are what comes nearest to it in meaning." in page


@pytest.mark.parametrize(
    ("text", "words"),
    [("letters for weddings", "all"), ("letters overnight", "some"), ("", None), ("Rohrbruch Wasserrohr", "none")],
)
def test_how_many_of_the_words_were_found(
    pages: dict[str, ServicePage], api: Api, text: str, words: str | None
) -> None:
    assert api(None).get(URL, {"q": text}).json()["words_found"] == words


def test_a_misspelled_word_is_taken_for_the_known_one(pages: dict[str, ServicePage], client: Any) -> None:
    page = client.get("/services/", {"q": "boylers"}).content.decode()
    assert "We looked for “boiler”" in page or "We looked for “boilers”" in page
    assert "None of these" not in page
