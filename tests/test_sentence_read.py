"""What sentences mean: tables of what people type, and of what must not be taken for something else."""

from datetime import date

import pytest

from services.catalogue.files import read as read_catalogue
from services.catalogue.load import DATA
from services.sentence.catalogue import gathered
from services.sentence.read import Understood, Vocabulary, read

WEDNESDAY = date(2026, 3, 4)
KNOWN = Vocabulary(
    skills={"java": "Java", "go": "Go", "react": "React", "guitar": "Guitar", "adobe illustrator": "Adobe Illustrator"},
    words={"logo", "design", "reading", "tutor", "plumber", "mobile", "app", "translation", "website", "orange"},
    phrases=["remote support"],
)


def understood(text: str, locale: str = "en_GB") -> Understood:
    """The text as it is read on a Wednesday in March."""
    return read(text, today=WEDNESDAY, locale=locale, known=KNOWN)


@pytest.mark.parametrize(
    ("text", "locale", "least", "most", "currency", "hourly"),
    [
        ("logo under 500 €", "en_US", None, 50000, "EUR", False),
        ("logo for a bakery under 500 euros", "en_US", None, 50000, "EUR", False),
        ("website between 1k and 2k dollars", "en_US", 100000, 200000, "USD", False),
        ("website between 1 and 2k dollars", "en_US", 100000, 200000, "USD", False),
        ("react dev €40/h", "en_GB", None, 4000, "EUR", True),
        ("max 300 USD", "en_US", None, 30000, "USD", False),
        ("up to $1,500 for a logo", "en_US", None, 150000, "USD", False),
        ("$40-60/h designer", "en_US", 4000, 6000, "USD", True),
        ("EUR 40 per hour", "en_GB", None, 4000, "EUR", True),
        ("at least 50 usd per hour", "en_US", 5000, None, "USD", True),
        ("my budget is 300-500 EUR", "en_US", 30000, 50000, "EUR", False),
        ("iPhone 12 repair under $100", "en_US", None, 10000, "USD", False),
        ("a logo under $300", "en_CA", None, 30000, "CAD", False),
        ("dog walker, max £15/h", "en_GB", None, 1500, "GBP", True),
        ("budget 500", "en_GB", None, 50000, "GBP", False),
        ("mobile app, budget 10k-15k USD", "en_US", 1000000, 1500000, "USD", False),
        ("wedding cake, no more than 300 pounds", "en_GB", None, 30000, "GBP", False),
        ("catering for up to 20 people, £400 budget", "en_GB", None, 40000, "GBP", False),
        ("50 Euro pro Stunde", "de_DE", None, 5000, "EUR", True),
        ("Webseite für höchstens 1.500 €", "de_DE", None, 150000, "EUR", False),
        ("von 500 bis 800 Euro", "de_DE", 50000, 80000, "EUR", False),
        ("2.000-3.000 €", "de_DE", 200000, 300000, "EUR", False),
        ("Budget: 2 Tsd. Euro", "de_DE", None, 200000, "EUR", False),
        ("40,50 €/Std.", "de_DE", None, 4050, "EUR", True),
        ("Stundensatz max 60 €", "de_DE", None, 6000, "EUR", True),
        ("Umzug für 300 Franken", "de_CH", None, 30000, "CHF", False),
        ("hasta 500 euros", "es_ES", None, 50000, "EUR", False),
        ("entre 200 y 400 €", "es_ES", 20000, 40000, "EUR", False),
        ("20 euros la hora", "es_ES", None, 2000, "EUR", True),
        ("menos de 1.000 dólares", "es_ES", None, 100000, "USD", False),
        ("2 mil euros", "es_ES", None, 200000, "EUR", False),
        ("hasta 5000 pesos", "es_MX", None, 500000, "MXN", False),
        ("moins de 500 euros", "fr_FR", None, 50000, "EUR", False),
        ("entre 1 000 et 2 000 €", "fr_FR", 100000, 200000, "EUR", False),
        ("30 € de l'heure", "fr_FR", None, 3000, "EUR", True),
        ("jusqu'à 300 euros", "fr_FR", None, 30000, "EUR", False),
        ("website, budget 10k", "en_GB", None, 1000000, "GBP", False),
        ("website, 10k budget", "en_US", None, 1000000, "USD", False),
        ("Budget 50-80k", "de_DE", 5000000, 8000000, "EUR", False),
        ("react developer $50-80k", "en_US", 5000000, 8000000, "USD", False),
        ("logo for two hundred euros", "en_GB", None, 20000, "EUR", False),
        ("at most one thousand five hundred dollars", "en_US", None, 150000, "USD", False),
        ("cleaner, twenty pounds an hour", "en_GB", None, 2000, "GBP", True),
        ("Logo für höchstens fünfhundert Euro", "de_DE", None, 50000, "EUR", False),
        ("zweihundertfünfzig Euro", "de_DE", None, 25000, "EUR", False),
        ("hasta mil quinientos euros", "es_ES", None, 150000, "EUR", False),
        ("por doscientos euros", "es_ES", None, 20000, "EUR", False),
        ("moins de deux mille euros", "fr_FR", None, 200000, "EUR", False),
    ],
)
def test_budgets(text: str, locale: str, least: int | None, most: int | None, currency: str, hourly: bool) -> None:
    """Amounts in four languages, with what they are for."""
    budget = understood(text, locale).budget
    assert budget is not None
    assert (budget.least, budget.most, budget.currency, budget.hourly) == (least, most, currency, hourly)


@pytest.mark.parametrize(
    "text",
    [
        "20 € shirts printed",
        "essay under 500 words",
        "£50-£60 per session",
        "5 pages max",
        "a shop with 200 products",
        "translate 2000 words at 0.05 € per word",
        "open 24/7 shop",
        "company with 10 employees",
        "covid-19 tests",
        "OWASP top 10",
        "logo under 500 € and website under 2000 €",
        "between 900 and 300 euros",
        "one euro shop",
        "a thousand followers",
        "hundred thousand words",
        "a 50-80k word novel",
        "two hundred euros per page",
    ],
)
def test_other_numbers_are_no_budget(text: str) -> None:
    """Counts, prices of other things, rates by the word, and several budgets at once."""
    assert understood(text, "en_US").budget is None


@pytest.mark.parametrize(
    ("text", "locale", "frame", "by"),
    [
        ("logo by Friday", "en_GB", "week", date(2026, 3, 6)),
        ("needed by next Friday", "en_GB", "week", date(2026, 3, 6)),
        ("logo next week", "en_GB", "week", date(2026, 3, 15)),
        ("until 12 March", "en_GB", "week", date(2026, 3, 12)),
        ("due March 20th", "en_US", "month", date(2026, 3, 20)),
        ("by 12/03", "en_GB", "week", date(2026, 3, 12)),
        ("by 12/03", "en_US", "flexible", date(2026, 12, 3)),
        ("on 2026-04-01", "en_GB", "month", date(2026, 4, 1)),
        ("wedding on 3 March", "en_GB", "flexible", date(2027, 3, 3)),
        ("asap please", "en_GB", "urgent", None),
        ("as soon as possible", "en_GB", "urgent", None),
        ("tomorrow", "en_GB", "urgent", date(2026, 3, 5)),
        ("within two weeks", "en_GB", "month", date(2026, 3, 18)),
        ("within a couple of weeks", "en_GB", "month", date(2026, 3, 18)),
        ("in the next 10 days", "en_GB", "week", date(2026, 3, 14)),
        ("by the end of the month", "en_GB", "month", date(2026, 3, 31)),
        ("by end of March", "en_GB", "month", date(2026, 3, 31)),
        ("by May", "en_GB", "quarter", date(2026, 4, 30)),
        ("before Christmas", "en_GB", "flexible", date(2026, 12, 24)),
        ("urgent, by Friday", "en_GB", "week", date(2026, 3, 6)),
        ("wedding cake for 20th March", "en_GB", "month", date(2026, 3, 20)),
        ("on or before 30/4", "en_GB", "quarter", date(2026, 4, 30)),
        ("by 30/4", "en_US", "quarter", date(2026, 4, 30)),
        ("by 5pm tomorrow", "en_GB", "urgent", date(2026, 3, 5)),
        ("no rush", "en_GB", "flexible", None),
        ("not urgent", "en_GB", "flexible", None),
        ("dringend", "de_DE", "urgent", None),
        ("bis Freitag", "de_DE", "week", date(2026, 3, 6)),
        ("bis 12. März", "de_DE", "week", date(2026, 3, 12)),
        ("bis 12.3.", "de_DE", "week", date(2026, 3, 12)),
        ("bis zum 12.04.2026", "de_DE", "quarter", date(2026, 4, 12)),
        ("innerhalb von zwei Wochen", "de_DE", "month", date(2026, 3, 18)),
        ("nächste Woche", "de_DE", "week", date(2026, 3, 15)),
        ("Ende des Monats", "de_DE", "month", date(2026, 3, 31)),
        ("so schnell wie möglich", "de_DE", "urgent", None),
        ("ab sofort", "de_DE", "urgent", None),
        ("en urgence", "fr_FR", "urgent", None),
        ("para antes del 15 de marzo", "es_ES", "week", date(2026, 3, 15)),
        ("para el viernes", "es_ES", "week", date(2026, 3, 6)),
        ("antes del 12 de marzo", "es_ES", "week", date(2026, 3, 12)),
        ("la semana que viene", "es_ES", "week", date(2026, 3, 15)),
        ("lo antes posible", "es_ES", "urgent", None),
        ("en dos semanas", "es_ES", "month", date(2026, 3, 18)),
        ("avant vendredi", "fr_FR", "week", date(2026, 3, 6)),
        ("pour le 12 mars", "fr_FR", "week", date(2026, 3, 12)),
        ("la semaine prochaine", "fr_FR", "week", date(2026, 3, 15)),
        ("dès que possible", "fr_FR", "urgent", None),
        ("d'ici la fin du mois", "fr_FR", "month", date(2026, 3, 31)),
        ("sous 15 jours", "fr_FR", "month", date(2026, 3, 19)),
        ("DJ Saturday", "en_GB", "week", date(2026, 3, 7)),
        ("saturday night babysitter", "en_GB", "week", date(2026, 3, 7)),
        ("next Tuesday", "en_GB", "week", date(2026, 3, 10)),
        ("Tuesday next week", "en_GB", "week", date(2026, 3, 10)),
        ("wednesday", "en_GB", "week", date(2026, 3, 11)),
        ("in 3 weeks", "en_GB", "month", date(2026, 3, 25)),
        ("end of month", "en_GB", "month", date(2026, 3, 31)),
        ("tomorrow morning", "en_GB", "urgent", date(2026, 3, 5)),
        ("Umzug am Samstag", "de_DE", "week", date(2026, 3, 7)),
        ("Babysitter Samstag Abend", "de_DE", "week", date(2026, 3, 7)),
        ("morgen früh", "de_DE", "urgent", date(2026, 3, 5)),
        ("Klempner morgen", "de_DE", "urgent", date(2026, 3, 5)),
        ("nächsten Dienstag", "de_DE", "week", date(2026, 3, 10)),
        ("canguro el sábado por la noche", "es_ES", "week", date(2026, 3, 7)),
        ("fontanero mañana", "es_ES", "urgent", date(2026, 3, 5)),
        ("mañana por la mañana", "es_ES", "urgent", date(2026, 3, 5)),
        ("baby-sitter samedi prochain", "fr_FR", "week", date(2026, 3, 7)),
        ("samedi soir", "fr_FR", "week", date(2026, 3, 7)),
        ("plombier demain matin", "fr_FR", "urgent", date(2026, 3, 5)),
    ],
)
def test_times(text: str, locale: str, frame: str, by: date | None) -> None:
    """Days and frames in four languages, seen from a Wednesday."""
    moment = understood(text, locale).moment
    assert moment is not None
    assert (moment.frame, moment.by) == (frame, by)


@pytest.mark.parametrize(
    "text",
    [
        "Black Friday banner",
        "open 24/7",
        "cleaning every Friday",
        "urgent care nurse",
        "It may be long",
        "march music",
        "1.5 hours a week",
        "guten Morgen",
        "am Morgen",
        "jeden Samstag Abend",
        "Monday to Friday",
        "Montag bis Freitag",
        "open monday-friday",
        "lunes y martes",
        "every saturday",
        "Cyber Monday banner",
        "Sunday school teacher",
        "monday.com consultant",
        "sat prep",
        "yoga on Tuesdays and Thursdays",
        "esta mañana",
        "clases por la mañana",
        "by 31 February",
        "until 4 March 2020",
    ],
)
def test_other_words_are_no_time(text: str) -> None:
    """Names of days and months that say something else, and days that do not exist or are over."""
    assert understood(text).moment is None


@pytest.mark.parametrize(
    ("text", "locale", "country", "city"),
    [
        ("bakery in Berlin", "en_US", "DE", "Berlin"),
        ("plumber Berlin", "en_US", "DE", "Berlin"),
        ("plumber berlin", "en_US", "DE", "Berlin"),
        ("Berlin plumber", "en_US", "DE", "Berlin"),
        ("translator in Vienna", "en_US", "AT", "Vienna"),
        ("Klempner in Wien", "de_AT", "AT", "Vienna"),
        ("Köln, Logo", "de_DE", "DE", "Köln"),
        ("photographer in Nice", "en_GB", "FR", "Nice"),
        ("piano teacher in Nice for my daughter", "en_GB", "FR", "Nice"),
        ("boulangerie à Nice", "fr_FR", "FR", "Nice"),
        ("plombier à Marseille", "fr_FR", "FR", "Marseille"),
        ("Webdesigner aus Leipzig gesucht", "de_DE", "DE", "Leipzig"),
        ("dog walker near Central Park New York", "en_US", "US", "New York City"),
        ("maths tutor in Reading", "en_GB", "GB", "Reading"),
        ("maths tutor in Reading", "en_US", "US", "Reading"),
        ("photographer in Springfield, IL", "en_US", "US", "Springfield"),
        ("website for my shop in Austin, Texas", "en_US", "US", "Austin"),
        ("accountant, New York, soon", "en_US", "US", "New York City"),
        ("in Frankfurt am Main", "de_DE", "DE", "Frankfurt am Main"),
        ("lawyer in the UK", "en_GB", "GB", None),
        ("Anwalt in der Schweiz", "de_DE", "CH", None),
        ("abogado en México", "es_MX", "MX", None),
        ("panadería en Madrid", "es_ES", "ES", "Madrid"),
        ("boulangerie à Paris", "fr_FR", "FR", "Paris"),
        ("près de Bordeaux", "fr_FR", "FR", "Bordeaux"),
        ("plumber Austin TX", "en_US", "US", "Austin"),
        ("plumber in Portland OR", "en_US", "US", "Portland"),
        ("plumber Berlin Kreuzberg", "de_DE", "DE", "Berlin"),
        ("plumber in Hamburg-Altona", "de_DE", "DE", "Hamburg"),
    ],
)
def test_places(text: str, locale: str, country: str, city: str | None) -> None:
    """Cities and countries: the reader's own before others of the name, unless one abroad is far better known."""
    place = understood(text, locale).place
    assert place is not None
    assert (place.country, place.city.name if place.city else None) == (country, city)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plumber in Austin TX this week", "plumber"),
        ("plumber Berlin Kreuzberg", "plumber"),
        ("plumber in Berlin Prenzlauer Berg, please", "plumber, please"),
        ("plumber in Hamburg-Altona", "plumber"),
        ("plumber in Berlin Website too", "plumber Website too"),
        ("two hundred euros for a plumber saturday night", "for a plumber"),
        ("plumber in Austin UX", "plumber UX"),
    ],
)
def test_nothing_of_what_was_understood_stays_among_the_words(text: str, words: str) -> None:
    """States, quarters of a city and parts of a day go with what they belong to; other words behind them stay."""
    assert understood(text, "de_DE").words == words


@pytest.mark.parametrize(
    "text",
    [
        "Nice website",
        "nice website for my shop",
        "Reading tutor",
        "reading tutor in reading",
        "Java developer",
        "help in Java",
        "experience in Go",
        "Mobile app developer",
        "Orange logo",
        "logo in Orange and blue",
        "logos",
        "Victoria needs a logo",
        "a Dallas cowboy shirt",
        "a poster of London",
        "logo for Charlotte's bakery",
        "Paris Fashion week photos",
        "a video for Split testing",
        "moving from Hamburg to Berlin",
        "photographer in Springfield",
        "a German lawyer",
        "website in German",
        "ready in March",
        "Essen für 50 Gäste in Ruhe",
        "Kaffee in der Halle",
    ],
)
def test_other_words_are_no_place(text: str) -> None:
    """Words, skills, people, removals from one place to another, and names that several cities share."""
    assert understood(text, "en_GB").place is None


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("bakery logo, German speaking", ["de"]),
        ("German-speaking translator", ["de"]),
        ("lawyer who speaks Turkish", ["tr"]),
        ("someone who speaks French and Spanish", ["fr", "es"]),
        ("fluent in Polish", ["pl"]),
        ("website in German", ["de"]),
        ("Webseite auf Deutsch", ["de"]),
        ("deutschsprachiger Anwalt", ["de"]),
        ("spricht Türkisch", ["tr"]),
        ("que hable alemán", ["de"]),
        ("diseño web en español", ["es"]),
        ("développeur francophone", ["fr"]),
        ("qui parle allemand", ["de"]),
        ("Turkish translation", []),
        ("translate my website into German", []),
        ("translation in German", []),
        ("Texte auf Englisch schreiben", []),
        ("traduction en allemand", []),
        ("English speaking course", []),
        ("voice over in Spanish", []),
        ("a German lawyer", []),
        ("French cuisine", []),
    ],
)
def test_languages(text: str, languages: list[str]) -> None:
    """Languages that the provider speaks, not those that the work is about."""
    assert list(understood(text).languages) == languages


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("remote Java developer", "remote"),
        ("yoga teacher online", "remote"),
        ("Nachhilfe Mathe online", "remote"),
        ("a distancia", "remote"),
        ("cours de maths en ligne", "remote"),
        ("Klempner vor Ort", "on_site"),
        ("in person", "on_site"),
        ("clases presenciales", "on_site"),
        ("remote or on site", "both"),
        ("hybrid", "both"),
        ("online shop", ""),
        ("remote control car repair", ""),
        ("remote support for Windows", ""),
        ("on-site SEO", ""),
    ],
)
def test_manners(text: str, manner: str) -> None:
    """Where the work is done; an online shop is no place of work."""
    assert understood(text).manner == manner


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Java developer", ["Java"]),
        ("knows adobe illustrator and React", ["Adobe Illustrator", "React"]),
        ("experience in Go", ["Go"]),
        ("I want to go home", []),
        ("javanese dance", []),
    ],
)
def test_skills(text: str, skills: list[str]) -> None:
    """Skills of the catalogue; short ones only as it writes them."""
    assert list(understood(text).skills) == skills


def test_a_whole_sentence_leaves_its_words() -> None:
    """Everything at once, each by the sentence's own words."""
    text = "logo for a bakery in Berlin under 500 euros, by Friday, German speaking, remote"
    found = understood(text)
    assert found.words == "logo for a bakery"
    assert found.said == {
        "budget": "under 500 euros",
        "time": "by Friday",
        "manner": "remote",
        "languages": "German speaking",
        "place": "in Berlin",
    }
    assert found.left(keeping={"time"}) == "logo for a bakery, by Friday"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("video editor (remote) – €25/h – long term", "video editor – long term"),
        ("site web en français et en anglais, 2 000 euros max", "site web"),
        ("cleaning, 20 €/h, in Leeds, asap, please", "cleaning, please"),
    ],
)
def test_nothing_is_left_of_what_was_understood(text: str, left: str) -> None:
    """Brackets, dashes, "and" and "max" go with what stood in them."""
    assert understood(text).words == left


@pytest.mark.parametrize("text", ["", " ", "…", "€", "in", "500", "x" * 5000, "İstanbul in \u0000", "ﬁ 1\u00a0000 €"])
def test_odd_texts_are_no_trouble(text: str) -> None:
    """Nothing, signs, and letters that become several ones in lower case."""
    assert understood(text).text == text


def test_what_comes_late_stays_as_it_is() -> None:
    """A long text is read at its beginning, and nothing of it is lost."""
    text = "logo in Berlin " + "and so on " * 60
    found = understood(text)
    assert found.place is not None
    assert found.words.startswith("logo and so on") and len(found.words) > 550


def test_nothing_that_the_catalogue_names_is_taken_for_something_else() -> None:
    """Every name, synonym and skill that is shipped is only itself."""
    services = [service for group in read_catalogue(DATA) for service in group.services]
    known = gathered([((service.name, *service.synonyms), service.skills) for service in services])
    names = {name for service in services for name in (service.name, *service.synonyms, *service.skills)}
    assert len(names) > 3000
    found = {name: read(name, today=WEDNESDAY, locale="en_US", known=known) for name in names}
    assert {name: each.said for name, each in found.items() if each.pieces} == {}
