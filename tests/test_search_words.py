"""Words in the index: what each counts for, in which language it is read, and what may be typed for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from marketplace.clock import utc_now
from services import actions
from services.models import SearchStatistics, SearchWord, Service, ServicePage
from services.search import meant, readings, statistics
from services.search.engine import search
from services.search.language import written_in
from services.search.plan import understand, weigh
from services.search.query import SearchQuery
from services.search.ranking import ODDS, odds_of
from services.search.statistics import count_words, count_words_in_turn
from services.search.store import put_words
from tests import factories
from tests.races import held_by_another

Make = Callable[..., ServicePage]
NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_catalogue() -> None:
    """No catalogue of another test is remembered."""
    meant.forget()


@pytest.fixture
def make(db: None) -> Make:
    """Makes published pages that differ in their texts alone."""
    service = factories.make_service("odd-jobs", name="Odd jobs")

    def page(title: str, about: str = "", **fields: Any) -> ServicePage:
        return factories.make_page(services=[service], title=title, about=about, skills=[], **fields)

    return page


def found(text: str) -> list[ServicePage]:
    """The results that have a word of the text, best first."""
    hits = search(SearchQuery(text=text), now=utc_now(), with_facets=False).hits
    pages = ServicePage.objects.in_bulk([hit.row.page_id for hit in hits])
    return [pages[hit.row.page_id] for hit in hits if hit.row.words > 0]


def scores(text: str) -> dict[ServicePage, float]:
    """The BM25 scores of the results."""
    hits = search(SearchQuery(text=text), now=utc_now(), with_facets=False).hits
    pages = ServicePage.objects.in_bulk([hit.row.page_id for hit in hits])
    return {pages[hit.row.page_id]: hit.row.words for hit in hits}


def test_a_rare_word_counts_more_than_a_frequent_one(make: Make) -> None:
    frequent = [make(f"Garden {number}", "Lawns and hedges.") for number in range(6)]
    rare = make("Orchard 9", "Lawns and hedges.")
    count_words()
    counted = scores("garden orchard")
    assert counted[rare] > 2 * counted[frequent[0]]


def test_a_word_counts_more_in_the_title_and_in_a_short_text(make: Make) -> None:
    filler = " ".join(f"word{number}" for number in range(200))
    title = make("Trellis", "Wood and wire.")
    short = make("Carpentry", "A trellis of wood and wire.")
    long = make("Joinery", f"A trellis of wood and wire. {filler}")
    count_words()
    counted = scores("trellis")
    assert counted[title] > counted[short] > counted[long] > 0


def test_more_of_a_word_counts_more_but_never_as_much_as_another_word(make: Make) -> None:
    once = make("First", "Marble and much else that is said here.")
    often = make("Second", "Marble, marble, marble, marble, marble, marble.")
    both = make("Third", "Marble and travertine, and much else here.")
    count_words()
    counted = scores("marble travertine")
    assert counted[both] > counted[often] > counted[once]


def test_a_sentence_finds_the_page_that_has_its_telling_words(make: Make) -> None:
    page = make("Harpsichords", "I tune and repair harpsichords and spinets.")
    make("Pianos", "I have a van and can move yours to the house of your mother.")
    count_words()
    text = "I have my grandmother's harpsichord, and it would need to be tuned and repaired before her birthday party"
    assert found(text)[0] == page


def test_a_new_word_is_found_at_once_and_not_taken_for_a_misspelling(make: Make) -> None:
    make("Photography", "Portraits.")
    count_words()
    page = make("Pfotography", "Portraits of dogs.", indexed=False, status="draft")
    actions.publish_page(actor=page.member, page=page, now=utc_now())
    assert found("pfotography") == [page]
    assert understand("pfotography").corrections == {}
    assert understand("photograpy").corrections == {"photograpy": "photography"}


def test_words_that_no_page_has_any_more_are_forgotten(make: Make) -> None:
    """Or misspellings would be taken for them. At the second counting: somebody may be writing them."""
    page = make("Zithers", "Tuned and mended.")
    make("Pianos", "Tuned.")
    count_words()
    assert understand("zithrs").corrections == {"zithrs": "zither"}
    actions.pause_page(actor=page.member, page=page, now=utc_now())
    count_words()
    count_words()
    words = set(SearchWord.objects.values_list("word", flat=True))
    assert {"piano", "tune"} <= words and not {"zither", "mend"} & words
    assert understand("zithrs").corrections == {}


def test_a_guess_counts_less_than_what_was_typed(make: Make) -> None:
    make("Photography", "Portraits.")
    make("Painting", "Portraits.")
    count_words()
    [typed], [guessed] = weigh("photography").terms, weigh("photograpy").terms
    assert guessed.lexeme == typed.lexeme
    assert guessed.weight == pytest.approx(typed.weight * 10 / 11, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("wedding photographer", 1.0, 1.0),
        ("Hochzeitsfotograf", 0.2, 0.9),
        ("MKK3 phosphorylates FoxO3a", 0.0, 0.5),
        ("xkcdqw", 0.0, 0.0),
        ("the", 1.0, 1.0),
    ],
)
def test_meaning_is_relied_on_as_far_as_words_are_known(make: Make, text: str, least: float, most: float) -> None:
    make("Photography", "Portraits.")
    count_words()
    assert least <= understand(text).reliance <= most


def test_what_the_embedder_does_not_know_is_left_to_the_words(make: Make) -> None:
    """A page that is near in meaning comes first where the question is understood, one with its rare word otherwise."""
    make("Letters", "Signs and letters.")
    count_words()
    known, unknown = understand("golden letters"), understand("golden letters sjqx")
    assert odds_of(known) == ODDS > odds_of(unknown)


def test_an_unknown_number_is_taken_as_it_is(make: Make, django_assert_num_queries: Callable[..., Any]) -> None:
    make("Parts", "For the models 20260 and 20261.")
    count_words()
    assert understand("parts for 20262").corrections == {}
    with django_assert_num_queries(1):
        understand("parts for 20262")
    assert understand("partz for 20262").corrections == {"partz": "part"}


def test_a_word_of_english_or_a_code_is_no_misspelling(make: Make) -> None:
    make("House painting", "Walls of houses and gardens, by three extern interns. Codec DMT.")
    count_words()
    assert understand("an hour eastern dmt1").corrections == {}
    assert understand("internship, gardan").corrections == {"internship": "intern", "gardan": "garden"}


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("lgoo", "logo"),
        ("logoo", "logo"),
        ("desing", "design"),
        ("photgrapher", "photographer"),
        ("weding", "wedding"),
        ("invitatons", "invitations"),
        ("resturant", "restaurant"),
        ("traduction", None),  # a third of its letters is that of "trade"
        ("fontanero", None),  # Spanish for a plumber
        ("invite", None),
        ("lgo", None),
    ],
)
def test_misspelled_words_are_taken_for_those_that_are_few_slips_away(
    make: Make, typed: str, taken: str | None
) -> None:
    """And named as people write them, not by the stems of the index."""
    make("Logo design", "Photographs of weddings, invitations to a restaurant, rest and trade, fonts and fountains.")
    Service.objects.filter(slug="odd-jobs").update(synonyms=["fontanero"])
    count_words()
    meant.forget()
    assert understand(typed).corrections == ({typed: taken} if taken else {})


@pytest.mark.parametrize("text", ["ux", "UI/UX", "node js", "il 6"])
def test_words_joined_by_signs_are_found_one_by_one(make: Make, text: str) -> None:
    page = make("UI/UX for Node.js", "And IL-6.")
    assert found(text) == [page]


@pytest.mark.parametrize(
    ("languages", "about", "text"),
    [
        (["de"], "Wir restaurieren alte Häuser und die Gärten der Häuser.", "haus restaurierung garten"),
        (["es"], "Diseño de páginas para las tiendas y los talleres.", "diseños tienda taller"),
        (["fr"], "Nous réparons les vélos et les chaînes de vos voitures.", "réparer vélo voiture"),
        (["ja", "zh"], "软件工程师", "工程"),
        (["ru"], "Мы делаем ремонт и перевозку для вашего дома.", "ремонта перевозка"),
    ],
)
def test_words_are_read_by_the_rules_of_their_language(make: Make, languages: list[str], about: str, text: str) -> None:
    make("Something else", "The quick brown fox.")
    page = make("12", about, languages=languages)
    count_words()
    assert found(text) == [page]


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [
        ("The best of all worlds", ["de"], "en"),
        ("Das Beste aus allen Welten für Sie", ["en", "de"], "de"),
        ("Webentwicklung", ["de", "en"], "de"),
        ("Webentwicklung", ["ja"], "en"),
        ("", [], "en"),
    ],
)
def test_the_language_of_a_text(text: str, spoken: list[str], language: str) -> None:
    assert written_in(text, spoken) == language


def test_common_words_tell_nothing_in_their_own_language_alone(make: Make) -> None:
    make("Der Mann mit dem Wagen", "Wir fahren für Sie und die Kinder.", languages=["de"])
    make("A man with a van", "I move houses.")
    count_words()
    assert [term.lexeme for term in weigh("man with a van").terms] == ["man", "van"]
    assert "der" not in [term.lexeme for term in weigh("wir fahren mit der bahn für sie").terms]


def test_pages_are_measured_by_another_length_when_the_mean_has_drifted(make: Make) -> None:
    make("Short", "Words.")
    count_words()
    before = SearchStatistics.current().mean_length
    make("Another", "Word.")
    count_words()
    assert SearchStatistics.current().mean_length == before
    for number in range(3):
        make(f"Long {number}", " ".join(f"text{each}" for each in range(300)))
    count_words()
    assert SearchStatistics.current().mean_length > 100


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("C++", {"C++ for robots"}),
        ("c++ robots", {"C++ for robots"}),
        ("c#", {"Games in C#, and tests"}),
        ("C", {"C for small devices"}),
        (".net", {"ASP.NET and more", "Moving to .NET 8"}),
        ("asp.net", {"ASP.NET and more", "Moving to .NET 8"}),  # some of the words
        ("dotnet", {"ASP.NET and more", "Moving to .NET 8"}),
        ("net", {"A net for fish"}),
        ("#1", {"Number #1 in songs"}),
        ("csharp", {"Games in C#, and tests"}),
    ],
)
def test_marks_that_make_another_word_of_one(make: Make, typed: str, titles: set[str]) -> None:
    for title in (
        *("C++ for robots", "Games in C#, and tests", "C for small devices", "ASP.NET and more", "Moving to .NET 8"),
        *("A net for fish", "Number #1 in songs"),
    ):
        make(title)
    count_words()
    shown = search(SearchQuery(text=typed), now=utc_now() + timedelta(minutes=1))
    assert {page.title for page in found(typed)} >= titles
    with_words = [hit.row.page_id for hit in shown.hits if hit.row.words > 0]
    assert set(ServicePage.objects.filter(pk__in=with_words).values_list("title", flat=True)) == titles


def test_a_count_that_takes_long_waits_for_its_turn(make: Make) -> None:
    make("Orchard pruning")
    count_words(now=NOW)
    SearchStatistics.objects.update(counted_in=30.0)
    make("Another orchard")
    count_words_in_turn(now=NOW + timedelta(minutes=49))
    assert SearchStatistics.current().pages == 1
    count_words_in_turn(now=NOW + timedelta(minutes=51))
    kept = SearchStatistics.current()
    assert (kept.pages, kept.counted_at) == (2, NOW + timedelta(minutes=51))
    assert kept.counted_in < 30


def test_one_counts_at_a_time(make: Make) -> None:
    make("Orchard pruning")
    with held_by_another(statistics.LOCK):
        count_words_in_turn(now=NOW)
        assert SearchStatistics.current().counted_at is None
    count_words_in_turn(now=NOW)
    assert SearchStatistics.current().pages == 1


def test_counting_leaves_what_others_write_at_the_same_time(make: Make) -> None:
    make("Orchard pruning")
    count_words()
    SearchStatistics.objects.update(columns="a generation")
    make("Obstbäume schneiden", "Wir schneiden die Bäume in Ihrem Garten.", languages=["de"])
    count_words()
    kept = SearchStatistics.current()
    assert (kept.columns, kept.languages) == ("a generation", ["de", "en"])


def test_a_word_that_no_page_has_any_more_is_forgotten(make: Make) -> None:
    page = make("Orchard pruning")
    count_words()
    ServicePage.objects.filter(pk=page.pk).update(title="Garden work")
    put_words([page.pk])
    count_words()
    # Whoever was writing a page with it just now relies on its being known.
    assert SearchWord.objects.get(word="orchard").pages == 0
    make("Another orchard")
    assert len(found("orchard")) == 1
    count_words()
    assert SearchWord.objects.get(word="orchard").pages == 1
    ServicePage.objects.update(title="Garden work")
    put_words(list(ServicePage.objects.values_list("pk", flat=True)))
    count_words()
    count_words()
    assert not SearchWord.objects.filter(word="orchard").exists()


TEXTS = ("", "one", "One two, two; THREE/three three.", "Ü-Umlaut (naïve) 漢字 x", "a b c d " * 300)


@pytest.mark.django_db
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:8]))
def test_counts_are_the_sums_over_all_occurrences(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH page AS (
                SELECT services_lexemes('marketplace', %(text)s, 'A') || services_lexemes('marketplace', %(text)s, 'C')
                    || services_lexemes('marketplace', %(text)s || ' more words', 'D') AS words
            )
            SELECT counted.terms, counted.counts, counted.length FROM page, services_counted(words) AS counted
            """,
            {"text": text},
        )
        terms, counts, length = cursor.fetchone()
        cursor.execute(
            """
            WITH page AS (
                SELECT services_lexemes('marketplace', %(text)s, 'A') || services_lexemes('marketplace', %(text)s, 'C')
                    || services_lexemes('marketplace', %(text)s || ' more words', 'D') AS words
            )
            SELECT services_term(word.lexeme), sum(services_weight(weight))
            FROM page, unnest(words) AS word, unnest(word.weights) AS weight GROUP BY 1 ORDER BY 1
            """,
            {"text": text},
        )
        expected = cursor.fetchall()
    assert terms == [term for term, _count in expected]
    assert list(counts) == [min(255, round(2 * count)) for _term, count in expected]
    assert length == sum(count for _term, count in expected) > 0


def test_words_are_read_anew_once_more_are_kept_than_fit(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST", 3)
    page = make("Orchard pruning", "Apples and pears.")
    for text in ("orchard pruning", "apples pears", "orchard plums", "pears orchard cherries"):
        assert found(text) == [page]
