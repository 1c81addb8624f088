"""Days and frames in sentences, and words that must not be taken for one."""

from datetime import date

import pytest

from tests.sentences import understood


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
