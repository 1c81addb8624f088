"""What sentences mean: tables of what people type, and of what must not be taken for something else."""

import pytest

from services.catalogue.files import read as read_catalogue
from services.catalogue.load import DATA
from services.search.meant import foreign_names
from services.sentence.catalogue import gathered
from services.sentence.read import read
from services.sentence.subject import without_opening
from tests.sentences import WEDNESDAY, understood


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
        ("plumber in Köln-Ehrenfeld", "de_DE", "DE", "Köln"),
        ("plumber in 50823 Köln", "de_DE", "DE", "Köln"),
        ("photographer in Barcelona on June 14", "en_US", "ES", "Barcelona"),
        ("photographer in Granada", "de_DE", "ES", "Granada"),
        ("clases en Zaragoza", "en_US", "ES", "Zaragoza"),
        ("clases en León", "es_MX", "MX", "León de los Aldama"),
        ("I need a plumber in berlin", "en_US", "DE", "Berlin"),
        ("Plumber in london", "en_GB", "GB", "London"),
        ("Plumber ASAP in leeds", "en_GB", "GB", "Leeds"),
        ("Busco fontanero en madrid", "es_ES", "ES", "Madrid"),
        ("Klempner in berlin gesucht", "de_DE", "DE", "Berlin"),
        ("Plombier à lyon", "fr_FR", "FR", "Lyon"),
        ("plombier a paris", "fr_FR", "FR", "Paris"),
        ("plombier à la rochelle", "fr_FR", "FR", "La Rochelle"),
        ("plombier le mans", "fr_FR", "FR", "Le Mans"),
        ("plumber the bronx", "en_US", "US", "The Bronx"),
        ("plumber phoenix", "en_US", "US", "Phoenix"),
        ("plumber in garland", "en_US", "US", "Garland"),
        ("plumber Aurora CO", "en_US", "US", "Aurora"),
        ("fontanero en palma", "es_ES", "ES", "Palma"),
        ("lawyer in the us", "en_GB", "US", None),
        ("tax adviser in US", "en_GB", "US", None),
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
        ("plumber in Köln-Ehrenfeld", "plumber"),
        ("plumber in D-50823 Köln", "plumber"),
        ("plumber for Berlin-Marathon", "plumber for Berlin-Marathon"),
        ("plumber in Berlin Website too", "plumber Website too"),
        ("two hundred euros for a plumber saturday night", "for a plumber"),
        ("plumber in Austin UX", "plumber UX"),
        ("plumber Wien 1100 ca 2k", "plumber ca 2k"),
        ("plumber in Berlin 10115, please", "plumber, please"),
        ("plumber in Berlin 2027", "plumber 2027"),
        ("plumber in Berlin 2000 Euro", "plumber"),
        ("plombier à Paris 15e, le mercredi", "plombier"),
        ("Nur remote: Buchhaltung", "Buchhaltung"),
        ("Unterricht online oder in Nürnberg", "Unterricht"),
        ("plombier Paris 11 maintenant", "plombier"),
        ("plumber in Wien 3 Zimmer", "plumber 3 Zimmer"),
        ("plumber, can pay 80 quid", "plumber"),
        ("plumber by tmrw 5pm", "plumber"),
        ("logo nächste Woche Dienstag", "logo"),
        ("logo dès lundi", "logo"),
        ("logo <$500", "logo"),
        ("plumber b4 march 20", "plumber"),
        ("logo 300,- €", "logo"),
        ("logo, not very urgent", "logo"),
        ("logo, it isn't urgent", "logo"),
        ("logo, pas très urgent", "logo"),
        ("plumber by Friday or Saturday", "plumber"),
        ("plumber in May 2027", "plumber"),
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
        "wedding in Bali",
        "wedding in Tuscany",
        "logo 2moro",
        "plumber near us",
        "PLUMBER NEAR US",
        "tattoo of a phoenix",
        "balloon garland",
        "stop dog barking",
        "podar una palma",
        "diseñar un plano",
        "restaurar mesa",
        "lámpara de mesa",
        "clases de samba",
        "limpieza en una casa",
        "Limpieza en una casa",
        "Koch in Kita",
        "I need a nice website",
        "Reading tutor in reading",
        "Help with the best date in spring",
    ],
)
def test_other_words_are_no_place(text: str) -> None:
    """Words, skills, people, removals from one place to another, and names that several cities share."""
    assert understood(text, "en_GB").place is None


def test_a_state_of_the_readers_is_no_country_of_its_name() -> None:
    """Georgia."""
    assert understood("plumber in Georgia", "en_US").place is None
    place = understood("plumber in Georgia", "en_GB").place
    assert place is not None and place.country == "GE"


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
        ("Beratung per Video", "remote"),
        ("4 videos a month, 50 per video", ""),
        ("€50 per video", ""),
        ("only remote", "remote"),
        ("lessons online or in Leeds", "both"),
        ("cours à Nantes ou en visio", "both"),
        ("remote support for Windows", ""),
        ("on-site SEO", ""),
        ("tienda online para mi negocio", ""),
        ("tienda de ropa online", ""),
        ("créer une boutique en ligne", ""),
        ("vendre des bijoux en ligne", ""),
        ("sell my paintings online", ""),
        ("ich verkaufe Kuchen online", ""),
        ("clases de inglés online", "remote"),
        ("help with my shop, online or in person", "both"),
        ("WLAN im Homeoffice einrichten", ""),
        ("Arbeit im Homeoffice", "remote"),
        ("desk for working from home", ""),
        ("assistant working from home", "remote"),
        ("mover for a distance of 200 miles", ""),
        ("photos from a distance", ""),
        ("cours à distance", "remote"),
        ("mando a distancia roto", ""),
        ("control remoto roto", ""),
        ("programador remoto", "remote"),
        ("diagrams in Visio", ""),
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


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("J'ai besoin d'un logo", "logo"),
        ("J'ai besoin de conseils", "conseils"),
        ("I need someone to fix my sink", "fix my sink"),
        ("Looking for someone who can paint my flat", "paint my flat"),
        ("I need someone for the garden", "someone for the garden"),
        ("Busco alguien que pueda limpiar mi casa", "limpiar mi casa"),
        ("Je cherche quelqu'un pour garder mon chien", "garder mon chien"),
        ("Je cherche quelqu'un pour mon jardin", "quelqu'un pour mon jardin"),
        ("Ich benötige ein Logo", "Logo"),
        ("Estoy buscando un fontanero", "fontanero"),
        ("someone-to-someone messages", "someone-to-someone messages"),
    ],
)
def test_who_needs_it_and_who_is_to_do_it_are_no_title(text: str, title: str) -> None:
    """What is left is what is to be done."""
    assert without_opening(text) == title


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
    """Every name, in four languages, synonym and skill that is shipped is only itself."""
    services = [service for group in read_catalogue(DATA) for service in group.services]
    known = gathered(
        [((each.name, *each.synonyms), each.skills, foreign_names().get(each.slug, ())) for each in services]
    )
    names = {
        name
        for each in services
        for name in (each.name, *each.synonyms, *each.skills, *foreign_names().get(each.slug, ()))
    }
    assert len(names) > 3000
    found = {name: read(name, today=WEDNESDAY, locale="en_US", known=known) for name in names}
    assert {name: each.said for name, each in found.items() if each.pieces} == {}
