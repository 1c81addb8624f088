"""The search page as a browser without JavaScript shows it: what narrows the results, and what cannot be read."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.test import Client

from accounts.models import Member
from services.models import Service, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
URL = "/services/"


@pytest.fixture
def browser(log_in: LogIn) -> Client:
    """A stranger's."""
    return log_in(None)


@pytest.fixture
def plumber(page: ServicePage) -> ServicePage:
    """One more page beside Paul's, whose service is of another group."""
    service = Service.objects.get(slug="plumbing")
    return factories.make_page(title="Plumber for old pipes", services=[service], **BERLIN)


BERLIN: dict[str, Any] = {"country": "DE", "city": "Berlin", "latitude": 52.52, "longitude": 13.41}


def labels(answer: Any) -> list[str]:
    """What the chips say."""
    return [label for label, _url in answer.context["active"]]


def titles(answer: Any) -> list[str]:
    """The pages that were found."""
    return [result.card.title for result in answer.context["results"]]


class TestGroup:
    """The front page leads to the services of a group."""

    def test_is_seen_and_taken_away(self, browser: Client, page: ServicePage, plumber: ServicePage) -> None:
        group = page.services.get().group
        home = browser.get(URL, {"group": group.slug})
        assert titles(home) == [page.title]
        assert labels(home) == [group.name]
        # The search box takes it along, so the results say what keeps them few.
        found = browser.get(URL, {"q": "plumber", **dict(home.context["kept_by_search"])})
        assert titles(found) == []
        assert labels(found) == [group.name]
        [(_label, url)] = found.context["active"]
        assert titles(browser.get(URL + url)) == [plumber.title]

    def test_is_named_where_it_keeps_results_away(
        self, browser: Client, page: ServicePage, plumber: ServicePage
    ) -> None:
        group = page.services.get().group
        found = browser.get(URL, {"q": "plumber", "group": group.slug})
        assert [offer.label for offer in found.context["instead"].fewer] == [f"Without “{group.name}”"]

    def test_that_there_is_not_is_taken_away_too(self, browser: Client, page: ServicePage) -> None:
        found = browser.get(URL, {"group": "nothing"})
        assert (labels(found), titles(found)) == (["nothing"], [])
        assert titles(browser.get(URL + found.context["active"][0][1])) == [page.title]

    def test_names_a_saved_search(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        group = page.services.get().group
        save = log_in(clara).get(URL, {"q": "logos", "group": group.slug}).context["save"]
        assert save["name"] == f"logos, {group.name}"


class TestWrong:
    """What cannot be read is said with its name and beside its field; the rest of the address filters."""

    BERLINERS: ClassVar = {"place": "Berlin, Germany", "service": "plumbing"}

    @pytest.fixture(autouse=True)
    def others(self, page: ServicePage, plumber: ServicePage) -> None:
        """A second plumber who speaks French, and Paul, who is none."""
        factories.make_page(title="Plombier", services=list(plumber.services.all()), languages=["fr"], **BERLIN)

    @pytest.mark.parametrize(
        ("name", "value", "label", "field"),
        [
            ("radius_km", "5km", "Distance", "radius_km"),
            ("price", "lots", "Price", "price"),
            ("currency", "XYZ", "Currency", "currency"),
        ],
    )
    def test_a_field_of_the_filters(self, browser: Client, name: str, value: str, label: str, field: str) -> None:
        wanted = {**self.BERLINERS, "language": "fr", "price": "999", name: value}
        answer = browser.get(URL, wanted)
        text = answer.content.decode()
        assert answer.status_code == 400
        [problem] = answer.context["problems"]
        assert problem.label == label
        assert f"{label}: {problem.message}" in text
        assert re.search(rf'name="{field}"[^>]* aria-invalid="true" aria-describedby="([a-z]+-error)"', text)
        assert text.count('aria-invalid="true"') == 1
        [error] = re.findall(r'aria-describedby="([a-z]+-error)"', text)
        assert re.search(rf'id="{error}"[^\n]*{re.escape(problem.message)}', text)
        assert f'value="{value}"' in text
        # The others filter, and only what filters is shown as chosen.
        assert titles(answer) == ["Plombier"]
        price = {"radius_km": ["up to 999 "]}.get(name, [])
        assert labels(answer) == ["Plumbing", "French", "Berlin, Germany", *price]
        assert browser.get(URL + problem.url).status_code == 200

    def test_a_place_that_may_be_several(self, browser: Client) -> None:
        answer = browser.get(URL, {"place": "Springfield", "language": "fr"})
        assert answer.status_code == 400
        assert (titles(answer), labels(answer)) == (["Plombier"], ["French"])
        text = answer.content.decode()
        assert "Where: Which place do you mean?" in text
        assert re.search(
            r'name="place" value="Springfield"[^>]* aria-invalid="true" aria-describedby="wrong-place"', text
        )
        assert text.count('id="wrong-place"') == 1
        [problem] = answer.context["problems"]
        assert titles(browser.get(URL + problem.url)) == ["Plombier"]

    @pytest.mark.parametrize(
        ("name", "value", "label"),
        [
            ("language", "xx", "Language"),
            ("remote", "perhaps", "Place of work"),
            ("min_rating", "4." + "0" * 20, "Rating"),
            ("sort", "luck", "Order"),
            ("near", "here", "Where"),
            ("service", "x" * 61, "Service"),
        ],
    )
    def test_what_no_field_shows_can_be_left_out(self, browser: Client, name: str, value: str, label: str) -> None:
        answer = browser.get(URL, {"country": "DE", name: value})
        assert answer.status_code == 400
        assert (len(titles(answer)), labels(answer)) == (2, ["Germany"])
        [problem] = answer.context["problems"]
        assert problem.label == label
        mended = browser.get(URL + problem.url)
        assert (mended.status_code, len(titles(mended)), labels(mended)) == (200, 2, ["Germany"])

    def test_results_that_have_expired(self, browser: Client) -> None:
        answer = browser.get(URL, {"country": "DE", "cursor": "x"})
        assert (answer.status_code, len(titles(answer)), answer.context["problems"]) == (400, 2, [])
        assert answer.context["expired"] in answer.content.decode()

    @pytest.mark.parametrize("number", ["²", "①", "٤", "1" * 5000, "-1", "5.0", "5e3"])
    @pytest.mark.parametrize("name", ["max_rate", "price", "radius_km", "min_rating"])
    def test_numbers_are_never_an_error_of_ours(self, browser: Client, name: str, number: str) -> None:
        assert browser.get(URL, {name: number, "currency": "EUR"}).status_code in (200, 400)


class TestAllFiltersAway:
    """The link that takes them all away keeps the words, how they are read, and who is ticked."""

    SENTENCE = "plumber in Berlin, French speaking"

    def test_words_that_are_taken_as_they_are_stay_so(self, browser: Client, plumber: ServicePage) -> None:
        answer = browser.get(URL, {"q": self.SENTENCE, "exact": "1", "country": "AT", "sort": "rating"})
        assert titles(answer) == []
        assert "Remove all filters" in answer.content.decode()
        left = browser.get(URL + answer.context["unfiltered"])
        assert left.status_code == 200
        assert (left.context["q"], labels(left)) == (self.SENTENCE, ["Exactly these words"])
        assert left.context["order"] == "Best rated"

    def test_of_a_sentence_its_words_are_left(self, browser: Client, plumber: ServicePage) -> None:
        answer = browser.get(URL, {"q": self.SENTENCE, "page": str(plumber.pk)}, follow=True)
        assert labels(answer) == ["Plumbing", "French", "Berlin, Germany"]
        left = browser.get(URL + answer.context["unfiltered"])
        assert (left.context["q"], labels(left), titles(left)) == ("plumber", [], [plumber.title])
        assert ("page", str(plumber.pk)) in left.context["kept_by_search"]

    def test_where_nothing_filters_there_is_nothing_to_take_away(self, browser: Client) -> None:
        answer = browser.get(URL, {"q": "zebra in Berlin", "exact": "1"})
        assert titles(answer) == []
        assert "Remove all filters" not in answer.content.decode()


def test_every_name_stands_once(browser: Client, page: ServicePage, plumber: ServicePage) -> None:
    answer = browser.get(URL, {"q": "plumber", "place": "Berlin, Germany", "radius_km": "x", "currency": "XYZ"})
    found = re.findall(r' id="([^"]+)"', browser.get(URL).content.decode())
    assert len(found) == len(set(found))
    wrong = re.findall(r' id="([^"]+)"', answer.content.decode())
    assert len(wrong) == len(set(wrong))
    assert {"radius-error", "currency-error", "wrong-radius_km"} <= set(wrong)
