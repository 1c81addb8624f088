"""A sentence in the guided form and in the search box, as browsers without JavaScript use them."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import strip_tags
from rest_framework.test import APIClient

from accounts.models import Member
from requests.models import ServiceRequest
from services.models import Question, Service, ServicePage
from services.search import meant
from services.sentence import catalogue
from tests import factories

LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
NEW = "/requests/new/"
DESCRIBE = "/requests/new/describe/"
SENTENCE = "logo for a bakery in Berlin under 500 euros, within two weeks, German speaking, with Lettering"


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """No catalogue of another test is remembered."""
    for module in (meant, catalogue):
        module.forget()
    yield
    for module in (meant, catalogue):
        module.forget()


@pytest.fixture
def logo(db: None) -> Service:
    """The service that the sentence means."""
    return Service.objects.get(slug="logo-design")


@pytest.fixture
def plumbing(db: None) -> Service:
    """A service that is done on the spot."""
    return Service.objects.get(slug="plumbing")


def chips(browser: Client) -> dict[str, str]:
    """What the page says was understood."""
    return {chip.kind: chip.text for chip in browser.get(DESCRIBE).context["chips"]}


class TestGuide:
    """The first step of a request."""

    def test_it_begins_with_a_sentence_or_with_the_catalogue(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        assert browser.get(NEW).headers["Location"] == DESCRIBE
        page = browser.get(DESCRIBE)
        assert page.status_code == 200
        assert page.context["chips"] == []
        assert 'name="go" value="skip"' in page.content.decode()
        assert browser.post(DESCRIBE, {"sentence": " ", "go": "skip"}).headers["Location"] == "/requests/new/service/"

    def test_a_sentence_fills_the_guide_in(self, clara: Member, logo: Service, log_in: LogIn) -> None:
        browser = log_in(clara)
        assert browser.post(DESCRIBE, {"sentence": SENTENCE, "go": "read"}).headers["Location"] == DESCRIBE
        assert chips(browser) == {
            "service": "Logo design",
            "skills": "Lettering",
            "budget": "up to €500",
            "time": "Within a month",
            "place": "Berlin, Germany",
            "manner": "Remote and on site",
            "languages": "German",
        }
        answer = browser.post(DESCRIBE, {"sentence": SENTENCE, "go": "next"})
        assert answer.headers["Location"] == "/requests/new/details/"
        Question.objects.update(required=False)
        review = browser.get("/requests/new/review/")
        sent = {"go": "publish", "form_key": review.context["form_key"]}
        browser.post("/requests/new/review/", sent)
        made = ServiceRequest.objects.get()
        assert made.status == "open"
        assert made.title == "Logo for a bakery, with Lettering"
        assert made.details == f"{SENTENCE}\n\nSkills: Lettering"
        assert (made.service, made.budget_type, made.budget_max, made.currency) == (logo, "fixed", 50_000, "EUR")
        assert (made.city, made.country, made.languages, made.time_frame) == ("Berlin", "DE", ["de"], "month")
        assert made.work_location == "both"

    def test_steps_that_were_filled_in_complain_of_nothing_at_first(self, logo: Service, log_in: LogIn) -> None:
        Question.objects.create(group=logo.group, key="size", text="How large?", type="text", required=True)
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "logo by Friday"})
        assert "Please answer this question" not in browser.get("/requests/new/details/").content.decode()
        assert "logo by Friday" in browser.get("/requests/new/details/").content.decode()
        answer = browser.post("/requests/new/details/", {"title": "x", "details": "y"})
        assert "Please answer this question" in answer.content.decode()
        missing = browser.get("/requests/new/review/").context["problems"]
        assert ("How large?", "Please answer this question.") in [(question, said) for _step, question, said in missing]

    @pytest.mark.parametrize(
        ("sentence", "title"),
        [
            ("I need a logo for my bakery in Vienna", "Logo for my bakery"),
            ("We’re looking for a logo", "Logo"),
            ("Ich brauche ein Logo für meine Bäckerei", "Logo für meine Bäckerei"),
            ("I would like to have a logo", "Logo"),
            ("logo, as I need one", "Logo, as I need one"),
            ("I need a logo, I have a budget of $500", "Logo"),
            ("J’ai besoin d’un logo pour mon restaurant", "Logo pour mon restaurant"),
        ],
    )
    def test_the_title_says_what_and_not_that_it_is_needed(
        self, logo: Service, log_in: LogIn, sentence: str, title: str
    ) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": sentence})
        assert browser.get("/requests/new/review/").context["composed"].title == title

    def test_each_piece_can_be_taken_back(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": SENTENCE})
        for kind in ("service", "skills", "budget", "time", "place", "languages"):
            answer = browser.post(DESCRIBE, {"sentence": SENTENCE, "go": f"remove:{kind}"})
            assert answer.headers["Location"] == DESCRIBE
            assert kind not in chips(browser)
        assert browser.get(DESCRIBE).context["typed"] == SENTENCE
        assert browser.post(DESCRIBE, {"sentence": SENTENCE, "go": "next"}).headers["Location"].endswith("/service/")
        browser.post("/requests/new/service/", {"service": "logo-design"})
        composed = browser.get("/requests/new/review/").context["composed"]
        assert (composed.budget_max, composed.city, composed.languages) == (None, "", [])
        assert composed.time_frame == "flexible"
        assert composed.details == SENTENCE

    def test_a_place_takes_along_what_only_it_told(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        for sentence, left in (
            ("logo in Berlin", {"service": "Logo design"}),
            ("logo in Berlin, remote", {"service": "Logo design", "manner": "Remote"}),
            ("logo remote or in Berlin", {"service": "Logo design", "manner": "Remote and on site"}),
        ):
            browser.post(DESCRIBE, {"sentence": sentence})
            browser.post(DESCRIBE, {"sentence": sentence, "go": "remove:place"})
            assert chips(browser) == left
        browser.post(DESCRIBE, {"sentence": "logo in Berlin"})
        browser.post(DESCRIBE, {"sentence": "logo in Berlin", "go": "remove:place"})
        missing = [said for _step, _question, said in browser.get("/requests/new/review/").context["problems"]]
        assert not any("town" in said for said in missing)

    def test_a_day_beyond_all_time_frames_stays_in_the_title(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "logo for 12 May 2080 in Berlin"})
        assert "time" not in chips(browser)
        assert browser.get("/requests/new/review/").context["composed"].title == "Logo for 12 May 2080"
        browser.post(DESCRIBE, {"sentence": "logo, no rush"})
        assert chips(browser)["time"] == "I am flexible"
        assert browser.get("/requests/new/review/").context["composed"].title == "Logo"

    def test_an_edited_sentence_is_read_anew_whatever_button_is_pressed(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": SENTENCE})
        answer = browser.post(DESCRIBE, {"sentence": "logo in Vienna", "go": "next"})
        assert answer.headers["Location"] == DESCRIBE
        assert chips(browser) == {"service": "Logo design", "place": "Vienna, Austria", "manner": "Remote and on site"}

    def test_a_typed_sentence_goes_along_to_the_catalogue(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        sent = {"sentence": "qqq zzz in Berlin", "go": "skip"}
        assert browser.post(DESCRIBE, sent).headers["Location"] == "/requests/new/service/"
        assert browser.get("/requests/new/service/").context["chosen"] == []
        browser.post("/requests/new/service/", {"service": "logo-design"})
        assert "qqq zzz in Berlin" in browser.get("/requests/new/details/").content.decode()
        assert 'value="Berlin, Germany"' in browser.get("/requests/new/where/").content.decode()
        assert browser.get(DESCRIBE).context["typed"] == "qqq zzz in Berlin"
        assert browser.post(DESCRIBE, sent).headers["Location"] == "/requests/new/service/"

    def test_one_that_is_too_long_stays_where_it_was_typed(self, logo: Service, log_in: LogIn) -> None:
        answer = log_in(None).post(DESCRIBE, {"sentence": "x" * 501, "go": "skip"})
        assert answer.status_code == 400
        assert (answer.context["typed"], "at most 500 characters" in answer.content.decode()) == ("x" * 501, True)

    def test_each_piece_leads_to_its_step_and_nothing_typed_is_lost(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": SENTENCE})
        shown = browser.get(DESCRIBE).content.decode()
        for kind, step in {"service": "service", "skills": "details", "time": "budget", "place": "where"}.items():
            assert f'name="go" value="change:{kind}"' in shown
            answer = browser.post(DESCRIBE, {"sentence": SENTENCE, "go": f"change:{kind}"})
            assert answer.headers["Location"] == f"/requests/new/{step}/"
        assert browser.post(DESCRIBE, {"sentence": SENTENCE, "go": "change:luck"}).headers["Location"] == DESCRIBE
        edited = browser.post(DESCRIBE, {"sentence": "logo in Vienna", "go": "change:budget"})
        assert edited.headers["Location"] == DESCRIBE
        assert browser.get(DESCRIBE).context["typed"] == "logo in Vienna"
        assert chips(browser)["place"] == "Vienna, Austria"

    def test_what_was_typed_elsewhere_stays(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post("/requests/new/service/", {"service": "logo-design"})
        browser.post("/requests/new/details/", {"title": "My title", "details": "My own words"})
        browser.post(DESCRIBE, {"sentence": "logo under 500 euros"})
        composed = browser.get("/requests/new/review/").context["composed"]
        assert (composed.title, composed.details, composed.budget_max) == ("My title", "My own words", 50_000)

    def test_the_service_can_be_chosen_among_those_that_may_be_meant(self, logo: Service, log_in: LogIn) -> None:
        for slug in ("zeppelin-rides", "zeppelin-repair"):
            factories.make_service(slug, synonyms=["zeppelin"])
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "zeppelin please"})
        page = browser.get(DESCRIBE)
        assert "service" not in chips(browser)
        assert {service.slug for service in page.context["others"]} == {"zeppelin-rides", "zeppelin-repair"}
        browser.post(DESCRIBE, {"sentence": "zeppelin please", "go": "service:zeppelin-repair"})
        assert chips(browser)["service"] == "Zeppelin repair"
        browser.post(DESCRIBE, {"sentence": "zeppelin please", "go": "service:nothing"})
        assert chips(browser)["service"] == "Zeppelin repair"

    def test_the_likeliest_services_are_offered_in_their_order(self, db: None, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "Need help with my taxes and my old books"})
        page = browser.get(DESCRIBE)
        offered = [service.slug for service in page.context["others"]]
        assert set(offered[:2]) == {"tax-return-preparation", "bookkeeping"} and len(offered) == 3
        assert "service" not in chips(browser)
        browser.post(DESCRIBE, {"sentence": "Need help with my taxes and my old books", "go": f"service:{offered[1]}"})
        assert chips(browser)["service"] == Service.objects.get(slug=offered[1]).name

    def test_work_that_is_done_on_the_spot(self, plumbing: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "plumber in Vienna asap"})
        assert chips(browser)["manner"] == "On site"

    def test_so_is_that_of_a_service_that_is_chosen(self, db: None, log_in: LogIn) -> None:
        for slug in ("zeppelin-rides", "zeppelin-repair"):
            factories.make_service(slug, synonyms=["zeppelin"], can_be_remote=False)
        sentence = "zeppelin in Vienna"
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": sentence})
        assert chips(browser)["manner"] == "Remote and on site"
        browser.post(DESCRIBE, {"sentence": sentence, "go": "service:zeppelin-rides"})
        assert chips(browser)["manner"] == "On site"

    def test_a_service_that_is_chosen_is_done_on_the_spot_unless_something_else_was_said(
        self, db: None, log_in: LogIn
    ) -> None:
        for slug in ("zeppelin-rides", "zeppelin-repair"):
            factories.make_service(slug, synonyms=["zeppelin"], can_be_remote=False)
        browser = log_in(None)
        for sentence, manner in (("zeppelin, German speaking", "On site"), ("zeppelin, remote", "Remote")):
            browser.post(DESCRIBE, {"sentence": sentence})
            browser.post(DESCRIBE, {"sentence": sentence, "go": "service:zeppelin-rides"})
            assert chips(browser)["manner"] == manner

    def test_nothing_understood_is_no_trouble(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.post(DESCRIBE, {"sentence": "qqq zzz"})
        assert chips(browser) == {}
        assert browser.post(DESCRIBE, {"sentence": "qqq zzz", "go": "next"}).headers["Location"].endswith("/service/")

    @pytest.mark.parametrize("sent", [{}, {"sentence": "  "}, {"sentence": "x" * 501}, {"sentence": "\0"}])
    def test_wrong_input_is_said_and_kept(self, logo: Service, log_in: LogIn, sent: dict[str, Any]) -> None:
        answer = log_in(None).post(DESCRIBE, sent)
        assert answer.status_code == 400
        assert answer.context["problem"]
        assert answer.context["typed"] == sent.get("sentence", "").replace("\0", " ").strip()

    def test_words_of_the_search_come_along(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        assert browser.get(NEW, {"q": "logo in Berlin"}).headers["Location"] == DESCRIBE
        assert chips(browser)["place"] == "Berlin, Germany"

    def test_those_of_a_later_search_take_the_place_of_an_earlier_ones(self, logo: Service, log_in: LogIn) -> None:
        browser = log_in(None)
        browser.get(NEW, {"q": "logo in Berlin under 500 euros"})
        for _twice in range(2):
            assert browser.get(NEW, {"q": "plumber in Vienna"}).headers["Location"] == DESCRIBE
            assert browser.get(DESCRIBE).context["typed"] == "plumber in Vienna"
            assert set(chips(browser)) == {"service", "place", "manner"}
        browser.post("/requests/new/details/", {"title": "My title", "details": "My own words"})
        browser.get(NEW, {"q": "plumber in Graz"})
        composed = browser.get("/requests/new/review/").context["composed"]
        assert (composed.title, composed.details, composed.city) == ("My title", "My own words", "Graz")


class TestSearch:
    """One box for words and filters."""

    @pytest.fixture
    def page(self, paul: Member, logo: Service) -> ServicePage:
        """Paul's page, which the sentence asks for."""
        return factories.make_page(
            paul,
            services=[logo],
            title="Logos for bakeries",
            slug="logos",
            rate=4000,
            languages=["de"],
            country="DE",
            city="Berlin",
            latitude=52.52,
            longitude=13.41,
            work_location="both",
        )

    def test_a_sentence_becomes_words_and_filters(self, page: ServicePage, log_in: LogIn) -> None:
        browser = log_in(None)
        text = "logo design for a bakery in Berlin under 500 euros, by Friday, German speaking"
        answer = browser.get("/services/", {"q": text, "sort": "rating"})
        assert answer.status_code == 302
        address = urlsplit(answer.headers["Location"])
        assert address.path == "/services/"
        assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
            "q": "logo design for a bakery",
            "place": "Berlin, Germany",
            "price": "500",
            "currency": "EUR",
            "language": "de",
            "available": "true",
            "service": "logo-design",
            "sort": "rating",
            "said": text,
        }
        results = browser.get(answer.headers["Location"])
        shown = strip_tags(results.content.decode())
        assert "Logos for bakeries" in shown
        assert len(results.context["active"]) == 5
        assert "Search for exactly these words instead" in shown

    def test_each_chip_can_be_removed_without_the_sentence_coming_back(self, page: ServicePage, log_in: LogIn) -> None:
        browser = log_in(None)
        results = browser.get("/services/", {"q": "logo in Berlin, French speaking"}, follow=True)
        assert len(results.context["results"]) == 0
        chip = next(url for label, url in results.context["active"] if label == "French")
        fewer = browser.get(f"/services/{chip}")
        assert fewer.status_code == 200
        assert [result.card.title for result in fewer.context["results"]] == ["Logos for bakeries"]

    def test_the_understanding_can_be_undone(self, page: ServicePage, log_in: LogIn) -> None:
        browser = log_in(None)
        results = browser.get("/services/", {"q": "logo in Berlin"}, follow=True)
        exactly = browser.get("/services/" + results.context["exactly"])
        assert exactly.status_code == 200
        assert exactly.context["q"] == "logo in Berlin"
        assert [label for label, _url in exactly.context["active"]] == ["Exactly these words"]
        assert ("exact", "1") in exactly.context["kept_by_search"]

    def test_services_that_may_be_meant_narrow_the_results(self, page: ServicePage, log_in: LogIn) -> None:
        browser = log_in(None)
        results = browser.get("/services/", {"q": "somebody for bookkeeping of bakeries", "sort": "rating"})
        assert [result.card.title for result in results.context["results"]] == ["Logos for bakeries"]
        first = results.context["meant"][0]
        assert first.name == "Bookkeeping"
        assert parse_qs(first.url.removeprefix("?")) == {
            "q": ["somebody for bookkeeping of bakeries"],
            "sort": ["rating"],
            "service": ["bookkeeping"],
        }
        assert browser.get(f"/services/{first.url}").context["meant"] == []
        for words in ("bakeries", "Logos for bakeries"):
            assert browser.get("/services/", {"q": words, "service": "logo-design"}).context["meant"] == []

    def test_plain_words_stay_as_they_are(self, page: ServicePage, log_in: LogIn) -> None:
        for words in ("logo", "logos", "Nice website", "Java", "logo within two months"):
            assert log_in(None).get("/services/", {"q": words}).status_code == 200

    def test_the_sentence_takes_the_place_of_filters_that_say_something_else(
        self, page: ServicePage, log_in: LogIn
    ) -> None:
        given = {
            "q": "logo in Berlin under 300 EUR",
            "near": "1,2",
            "radius_km": "9",
            "max_rate": "5",
            "currency": "USD",
        }
        query = parse_qs(urlsplit(log_in(None).get("/services/", given).headers["Location"]).query)
        assert query["currency"] == ["EUR"]
        assert not {"near", "radius_km", "max_rate"} & set(query)

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ({"q": "plumber in Berlin", "country": "AT"}, {"place": "Berlin, Germany"}),
            ({"q": "lawyer in Spain", "place": "Vienna, Austria", "radius_km": "20"}, {"country": "ES"}),
            ({"q": "lawyer in Spain", "near": "48.2,16.4"}, {"country": "ES"}),
            ({"q": "lawyer, remote", "country": "AT"}, {"country": "AT"}),
        ],
    )
    def test_a_place_and_a_country_do_not_contradict_each_other(
        self, db: None, log_in: LogIn, given: dict[str, str], kept: dict[str, str]
    ) -> None:
        query = parse_qs(urlsplit(log_in(None).get("/services/", given).headers["Location"]).query)
        places = {"place", "near", "radius_km", "country"}
        assert {name: value for name, [value] in query.items() if name in places} == kept

    def test_a_service_that_is_named_is_not_looked_for_in_another_group(self, logo: Service, log_in: LogIn) -> None:
        given = {"q": "logo design in Berlin", "group": "legal"}
        query = parse_qs(urlsplit(log_in(None).get("/services/", given).headers["Location"]).query)
        assert query["service"] == ["logo-design"]
        assert "group" not in query


class TestApi:
    """The same for programs."""

    def test_what_a_sentence_means(self, api: Api, logo: Service) -> None:
        text = "logo for a bakery in Berlin between 300 and 500 euros, remote, German speaking"
        answer = api(None).get("/api/v1/sentence/", {"q": text})
        assert answer.status_code == 200
        found = answer.json()
        assert found["words"] == "logo for a bakery"
        assert found["services"] == [{"slug": "logo-design", "name": "Logo design"}]
        assert found["service_is_clear"] is True
        assert found["place"] == {"country": "DE", "city": "Berlin"}
        assert found["said"]["budget"] == "between 300 and 500 euros"
        assert found["search"]["place"] == "Berlin, Germany"
        request = found["request"]
        assert request.pop("place")["city"] == "Berlin"
        assert request == {
            "service": "logo-design",
            "budget_type": "fixed",
            "budget_min": 30_000,
            "budget_max": 50_000,
            "currency": "EUR",
            "work_location": "remote",
            "languages": ["de"],
        }

    def test_its_request_can_be_posted(self, api: Api, clara: Member, logo: Service) -> None:
        found = api(None).get("/api/v1/sentence/", {"q": "logo in Berlin for 500 euros, asap"}).json()
        body = {"title": "Logo", "details": "A logo.", **found["request"]}
        answer = api(clara).post("/api/v1/requests/", body, format="json")
        assert answer.status_code == 201, answer.json()

    @pytest.mark.parametrize("given", [{}, {"q": ""}, {"q": " \0 "}, {"q": "x" * 501}, {"q": "logo", "other": "1"}])
    def test_wrong_input(self, api: Api, logo: Service, given: dict[str, str]) -> None:
        assert api(None).get("/api/v1/sentence/", given).status_code == 400

    def test_numbers_are_read_as_the_reader_writes_them(self, api: Api, logo: Service) -> None:
        for language, most in (("de-DE", 150_000), ("en-US", 150_000)):
            found = api(None).get("/api/v1/sentence/", {"q": "logo max 1.500 €"}, headers={"Accept-Language": language})
            assert found.json()["request"]["budget_max"] == most

    def test_it_costs_the_same_number_of_queries_for_any_text(
        self, api: Api, logo: Service, plumbing: Service, django_assert_max_num_queries: Any
    ) -> None:
        caller = api(None)
        caller.get("/api/v1/sentence/", {"q": "logo"})
        for text in ("logo", SENTENCE, "plumber or logo in Vienna, New York, Paris, asap " * 8):
            with django_assert_max_num_queries(1):
                caller.get("/api/v1/sentence/", {"q": text})
